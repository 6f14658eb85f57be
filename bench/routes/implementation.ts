// The control planes that are compared: the kind of their routes, their CRDs, how they are started.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { names, namespace } from './objects.ts';
import type { Options } from './options.ts';
import { peerCrds } from './peer-crds.ts';
import { ports } from './ports.ts';

export interface Implementation {
  readonly name: 'ours' | 'peer';
  /** Folder of the routes in the API. */
  readonly routes: string;
  readonly crds: readonly object[];
  /** Root with the paths / and /blog; valid when its `status.currentStatus` says so. */
  route(index: number): object;
  /** Writes an Envoy's configuration to `file`. */
  bootstrap(file: string, adminSocket: string): readonly string[];
  serve(kubeconfig: string): readonly string[];
}

const checkout = join(import.meta.dirname, '../..');
const loopback = '127.0.0.1';
const xdsFlags = [`--xds-address=${loopback}`, `--xds-port=${ports.xds}`];

/** The shipped build of this checkout. */
export function ours({ tls, profile }: Pick<Options, 'tls' | 'profile'>): Implementation {
  const program = [join(checkout, 'dist/main.js')];
  const profiled = profile === undefined ? program : ['node', ...profiler(profile), ...program];
  return {
    name: 'ours',
    routes: `/apis/contour.heptio.com/v1beta1/namespaces/${namespace}/ingressroutes`,
    crds: readdirSync(join(checkout, 'crds'))
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => readCrds(join(checkout, 'crds', name))),
    route: (index) => ({
      apiVersion: 'contour.heptio.com/v1beta1',
      kind: 'IngressRoute',
      metadata: { name: names.route(index), namespace },
      spec: {
        virtualhost: virtualHost(index, { tls }),
        routes: ['/', '/blog'].map((match) => ({ match, services: services(index) })),
      },
    }),
    bootstrap: (file, adminSocket) => [
      ...program,
      'bootstrap',
      file,
      ...xdsFlags,
      `--admin-address=${adminSocket}`,
    ],
    serve: (kubeconfig) => [
      ...profiled,
      'serve',
      `--kubeconfig=${kubeconfig}`,
      ...xdsFlags,
      `--envoy-service-http-address=${loopback}`,
      `--envoy-http-port=${ports.http}`,
      `--envoy-service-https-address=${loopback}`,
      `--envoy-https-port=${ports.https}`,
      `--http-port=${ports.metrics}`,
      `--debug-http-port=${ports.debug}`,
      `--stats-address=${loopback}`,
      `--stats-port=${ports.stats}`,
    ],
  };
}

/** Contour with HTTPProxy; kinds that the load doesn't have are switched off, and so is its limit on API requests. */
export function peer(binary: string, { tls, peerCrds: file }: Options): Implementation {
  const unused = ['extensionservices', 'tlsroutes', 'grpcroutes', 'tcproutes', 'backendtlspolicies'];
  return {
    name: 'peer',
    routes: `/apis/projectcontour.io/v1/namespaces/${namespace}/httpproxies`,
    crds: file === undefined ? peerCrds : readCrds(file),
    route: (index) => ({
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata: { name: names.route(index), namespace },
      spec: {
        virtualhost: virtualHost(index, { tls }),
        routes: ['/', '/blog'].map((prefix) => ({ conditions: [{ prefix }], services: services(index) })),
      },
    }),
    bootstrap: (out, adminSocket) => [
      binary,
      'bootstrap',
      out,
      ...xdsFlags,
      `--admin-address=${adminSocket}`,
    ],
    serve: (kubeconfig) => [
      binary,
      'serve',
      '--insecure',
      `--kubeconfig=${kubeconfig}`,
      '--disable-leader-election',
      ...xdsFlags,
      `--envoy-service-http-address=${loopback}`,
      `--envoy-service-http-port=${ports.http}`,
      `--envoy-service-https-address=${loopback}`,
      `--envoy-service-https-port=${ports.https}`,
      `--http-port=${ports.metrics}`,
      `--health-port=${ports.health}`,
      `--debug-http-port=${ports.debug}`,
      `--stats-address=${loopback}`,
      `--stats-port=${ports.stats}`,
      ...unused.map((feature) => `--disable-feature=${feature}`),
      '--kubernetes-client-qps=500',
      '--kubernetes-client-burst=1000',
    ],
  };
}

function virtualHost(index: number, { tls }: Pick<Options, 'tls'>): object {
  const secretName = names.secret(index);
  return { fqdn: names.host(index), ...(tls && { tls: { secretName } }) };
}

const services = (index: number) => [{ name: names.service(index), port: 80 }];

const profiler = (directory: string) => ['--cpu-prof', `--cpu-prof-dir=${directory}`];

function readCrds(file: string): object[] {
  const found = parseAllDocuments(readFileSync(file, 'utf8')).map((document): unknown => document.toJS());
  return found.filter(isCrd);
}

function isCrd(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'CustomResourceDefinition'
  );
}
