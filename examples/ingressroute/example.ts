// The examples beside this file, and what each needs beside its manifests. `expected.txt` of a folder says what comes
// of it, one thing a line: an object and its status, or a request and its outcome. Requests are sent in this order:
//   http://HOST/PATH, https://HOST/PATH    GET by Envoy
//   ws://HOST/PATH                         opens a WebSocket by Envoy and says something
//   POST http://127.0.0.1:PORT/PATH        to a sample application itself
// Outcomes:
//   NAME, NAME gets PATH                   the sample application that answers, and the path that it sees
//   NAME over TLS                          Envoy's connection to it, or the client's own, is encrypted
//   NAME echoes, refused                   of a WebSocket
//   503                                    the status of an answer that no application gave
//   OUTCOME or OUTCOME                     each of them, if one asks often enough, and nothing else
//   NAME or NAME, then the same            the same with one client, which keeps its cookies: always the first
//   soon OUTCOME                           after a while, from then on
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { CertificateOf } from '../quickstart/serve.ts';

const root = import.meta.dirname;

export interface Request {
  /** As it is written. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly scheme: 'http' | 'https' | 'ws';
  readonly host: string;
  /** Of a sample application that is asked itself; undefined: Envoy is asked. */
  readonly port: number | undefined;
  readonly path: string;
  readonly expected: string;
}

/** A sample application that ends TLS itself. */
export interface Encrypted {
  readonly application: string;
  /** DNS names of its certificate. */
  readonly hosts: readonly string[];
  /** The Secret that tells, under `ca.crt`, who signed it. */
  readonly authority?: { readonly namespace: string; readonly name: string };
}

export interface Example {
  readonly directory: string;
  /** Files of it that are committed. */
  readonly manifests: readonly string[];
  /** Of the sample applications. One has the name of its Service, several that of their EndpointSlice each. */
  readonly ports: ReadonlyMap<string, number>;
  /** Secrets that are made at every start. */
  readonly certificates: readonly CertificateOf[];
  readonly encrypted: readonly Encrypted[];
  /** Of `contour serve`. */
  readonly flags: readonly string[];
  readonly requests: readonly Request[];
  /** Object, as `Kind namespace/name`, to its status. */
  readonly statuses: ReadonlyMap<string, string>;
}

const shopTls: CertificateOf = { namespace: 'default', name: 'shop-tls', hosts: ['shop.localhost'] };
const needs: Readonly<Record<string, Partial<Pick<Example, 'certificates' | 'encrypted' | 'flags'>>>> = {
  tls: { certificates: [shopTls] },
  'permit-insecure': { certificates: [shopTls] },
  tcpproxy: { certificates: [shopTls] },
  'certificate-delegation': {
    certificates: [
      { namespace: 'certificates', name: 'wildcard', hosts: ['shop.localhost', 'blog.localhost'] },
    ],
  },
  passthrough: { encrypted: [{ application: 'web', hosts: ['shop.localhost'] }] },
  'upstream-tls': {
    encrypted: [
      {
        application: 'web',
        hosts: ['web.default'],
        authority: { namespace: 'default', name: 'web-ca' },
      },
    ],
  },
  'external-name': { flags: ['--enable-external-name-service'] },
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
    ...{ directory, manifests, certificates: [], encrypted: [], flags: [], ...needs[name] },
    ports: portsOf(readFileSync(join(directory, 'services.yaml'), 'utf8')),
    requests: rows.flatMap(requestOf),
    statuses: new Map(rows.filter((row) => requestOf(row).length === 0)),
  };
}

/** None of the row of an object. */
function requestOf([url, expected]: readonly [string, string]): readonly Request[] {
  const form = /^(?<post>POST )?(?<scheme>https?|ws):\/\/(?<host>[^/:]+)(?::(?<port>\d+))?(?<path>\/.*)$/;
  const { post, scheme, host = '', port, path = '' } = form.exec(url)?.groups ?? {};
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'ws') return [];
  const method = post === undefined ? 'GET' : 'POST';
  return [{ url, method, scheme, host, port: port === undefined ? port : Number(port), path, expected }];
}

/** The ports of the EndpointSlices, by application. */
function portsOf(services: string): ReadonlyMap<string, number> {
  const slices = parseAllDocuments(services).flatMap((document) => {
    const service = document.getIn(['metadata', 'labels', 'kubernetes.io/service-name']);
    const name = document.getIn(['metadata', 'name']);
    const port = document.getIn(['ports', 0, 'port']);
    const known = typeof service === 'string' && typeof name === 'string' && typeof port === 'number';
    return known ? [{ service, name, port }] : [];
  });
  const ofService = Map.groupBy(slices, ({ service }) => service);
  return new Map(
    slices.map(({ service, name, port }) => [ofService.get(service)?.length === 1 ? service : name, port]),
  );
}
