// Vertices of the graph and a translator over them, in as few words as a test needs.
import type {
  Action,
  Backend,
  Certificate,
  Cluster,
  PathMatch,
  Route,
  TlsVersion,
  VirtualHost,
} from '../../dag/model.ts';
import type { EndpointSlice } from '../../dag/objects.ts';
import type { Changes, Resource } from '../../xds/resource.ts';
import { createTranslator, type EnvoySettings } from '../translate.ts';
import { typeUrl } from '../type-url.ts';

/** Port `web` 80 of the Service `shop/NAME`. */
export const cluster = (service: string, settings: Partial<Cluster> = {}): Cluster => ({
  namespace: 'shop',
  service,
  port: 80,
  portName: 'web',
  ...settings,
});

export const forward = (
  ...to: readonly (Cluster | Backend)[]
): Extract<Action, { readonly kind: 'forward' }> => ({
  kind: 'forward',
  websockets: false,
  backends: to.map((target) => ('weight' in target ? target : { cluster: target, weight: 1 })),
});

export const route = (path: string, action: Action, kind: PathMatch['kind'] = 'prefix'): Route => ({
  match: { kind, path },
  action,
  source: 'IngressRoute/shop/root',
  chain: [],
});

export const plainHost = (host: string, ...routes: readonly Route[]): VirtualHost => ({
  host,
  http: routes,
  https: undefined,
  owners: [],
});

export const certificate = (text: string): Certificate => ({
  namespace: 'shop',
  name: 'cert',
  chain: Buffer.from(`chain ${text}`),
  key: Buffer.from(`key ${text}`),
});

/** Redirects on the plain listener and serves the routes over TLS. */
export const tlsHost = (host: string, cert: Certificate, ...routes: readonly Route[]): VirtualHost => ({
  host,
  http: [route('/', { kind: 'redirect-to-https' })],
  https: { routes, certificate: cert },
  owners: [],
});

/** As `tlsHost`, with a minimum version of its own. */
export const ownHost = (
  host: string,
  cert: Certificate,
  minimumVersion: TlsVersion,
  ...routes: readonly Route[]
): VirtualHost => ({
  ...tlsHost(host, cert),
  https: { routes, certificate: cert, minimumVersion },
});

/** Hands connections on, after their TLS if there is a certificate. */
export const tcpHost = (
  host: string,
  cert: Certificate | undefined,
  ...to: readonly (Cluster | Backend)[]
): VirtualHost => ({
  host,
  http: [],
  https: undefined,
  tcp: {
    certificate: cert,
    backends: to.map((target) => ('weight' in target ? target : { cluster: target, weight: 1 })),
    source: 'IngressRoute/shop/root',
    chain: [],
  },
  owners: [],
});

/** A slice of the Service `shop/NAME`, with port `web` 8080. */
export const slice = (service: string, addresses: readonly string[], ready = true): EndpointSlice => ({
  kind: 'EndpointSlice',
  namespace: 'shop',
  name: `${service}-1`,
  created: undefined,
  generation: undefined,
  uid: undefined,
  resourceVersion: undefined,
  annotations: new Map(),
  service,
  ports: [{ name: 'web', port: 8080, protocol: 'TCP' }],
  endpoints: addresses.map((address) => ({
    addresses: [address],
    ready,
    serving: ready,
    terminating: false,
  })),
});

export const envoySettings: EnvoySettings = {
  http: { address: '0.0.0.0', port: 8080, accessLog: '/dev/stdout' },
  https: { address: '0.0.0.0', port: 8443, accessLog: '/dev/stdout' },
  useProxyProtocol: false,
  numTrustedHops: 0,
  redirectPort: undefined,
  minimumTlsVersion: '1.2',
  tlsCertificates: 'on-demand',
  endpointsOf: () => [],
};

const of = (type: string, name: string) => ({ type, name, bytes: new Uint8Array(), version: '' });

/** A translator and what its resources are by now, kept as a cache would. */
export function createWorld(settings: Partial<EnvoySettings> = {}) {
  const slices = new Map<string, readonly EndpointSlice[]>();
  const endpointsOf = (namespace: string, service: string) => slices.get(`${namespace}/${service}`) ?? [];
  const translator = createTranslator({ ...envoySettings, endpointsOf, ...settings });
  /** By title. */
  const resources = new Map<string, Resource>();
  /** What `work` changed, as titles, and how many resources it encoded. */
  const run = (work: () => Changes) => {
    const before = translator.counters.encoded;
    const { set, remove } = work();
    for (const { type, name } of remove) resources.delete(title({ type, name }));
    for (const resource of set) resources.set(title(resource), resource);
    const encoded = translator.counters.encoded - before;
    return { set: set.map(title), remove: remove.map(title), encoded };
  };
  return {
    translator,
    resources,
    slices,
    /** `title version`, sorted. */
    versions: () => [...resources.values()].map((of) => `${title(of)} ${of.version}`).sort(),
    titles: () => [...resources.keys()].sort(),
    serve: (...hosts: readonly VirtualHost[]) =>
      run(() => translator.hosts(new Map(hosts.map((host) => [host.host, host])))),
    drop: (...hosts: readonly string[]) =>
      run(() => translator.hosts(new Map(hosts.map((host) => [host, undefined])))),
    endpoints: (...services: readonly string[]) => run(() => translator.endpoints(services)),
    /** An Envoy accepted a version of the scope that named these clusters. */
    keep: (scope: string, ...clusters: readonly string[]) =>
      run(() => translator.accepted({ ...of(typeUrl.scope, scope), requires: clusters })),
    accepted: (resource: Resource) => run(() => translator.accepted(resource)),
    inUse: (resource: Resource) => run(() => translator.inUse(resource)),
    refused: (resource: Resource) => run(() => translator.refused(resource)),
  };
}

/** `Secret a.com`: the last word of the type and the name. */
export const title = ({ type, name }: { readonly type: string; readonly name: string }): string =>
  `${type.slice(type.lastIndexOf('.') + 1)} ${name}`;
