// The examples beside this file, and what each needs beside its manifests. `expected.txt` of a folder says what comes
// of it: a URL and who answers (a backend, `a or b`, `a gets PATH`, or a status), or an object and its status.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { CertificateOf } from '../quickstart/serve.ts';

const root = import.meta.dirname;

export interface Request {
  /** As it is written. */
  readonly url: string;
  readonly tls: boolean;
  readonly host: string;
  readonly path: string;
  readonly expected: string;
}

export interface Example {
  readonly directory: string;
  /** Files of it that are committed. */
  readonly manifests: readonly string[];
  /** Of the sample application for each Service. */
  readonly ports: ReadonlyMap<string, number>;
  /** Secrets that are made at every start. */
  readonly certificates: readonly CertificateOf[];
  /** Of `contour serve`. */
  readonly flags: readonly string[];
  readonly requests: readonly Request[];
  /** Object, as `Kind namespace/name`, to its status. */
  readonly statuses: ReadonlyMap<string, string>;
}

const shopTls: CertificateOf = { namespace: 'default', name: 'shop-tls', hosts: ['shop.localhost'] };
const needs: Readonly<Record<string, Partial<Pick<Example, 'certificates' | 'flags'>>>> = {
  tls: { certificates: [shopTls] },
  'permit-insecure': { certificates: [shopTls] },
  tcpproxy: { certificates: [shopTls] },
  'certificate-delegation': {
    certificates: [
      { namespace: 'certificates', name: 'wildcard', hosts: ['shop.localhost', 'blog.localhost'] },
    ],
  },
  'root-namespaces': { flags: ['--ingressroute-root-namespaces=roots'] },
};

/** Sorted. */
export const exampleNames = (): readonly string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

export function readExample(name: string): Example {
  const directory = join(root, name);
  const manifests = readdirSync(directory)
    .filter((file) => file.endsWith('.yaml') && !file.startsWith('generated-'))
    .sort();
  const lines = readFileSync(join(directory, 'expected.txt'), 'utf8').trimEnd().split('\n');
  const rows = lines.map((line): [string, string] => {
    const [, subject = '', expected = ''] = /^(.*\S) {2,}(\S.*)$/.exec(line) ?? [];
    return [subject, expected];
  });
  return {
    ...{ directory, manifests, certificates: [], flags: [], ...needs[name] },
    ports: portsOf(readFileSync(join(directory, 'services.yaml'), 'utf8')),
    requests: rows.flatMap(requestOf),
    statuses: new Map(rows.filter((row) => requestOf(row).length === 0)),
  };
}

/** None of the row of an object. */
function requestOf([url, expected]: readonly [string, string]): readonly Request[] {
  const [, scheme, host = '', path = ''] = /^(https?):\/\/([^/]+)(\/.*)$/.exec(url) ?? [];
  return scheme === undefined ? [] : [{ url, tls: scheme === 'https', host, path, expected }];
}

/** The ports of the EndpointSlices, by Service. */
function portsOf(services: string): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  for (const document of parseAllDocuments(services)) {
    const name = document.getIn(['metadata', 'labels', 'kubernetes.io/service-name']);
    const port = document.getIn(['ports', 0, 'port']);
    if (typeof name === 'string' && typeof port === 'number') ports.set(name, port);
  }
  return ports;
}
