// Vertices of the graph and a translator over them, in as few words as a test needs.
import type {
  Action,
  Backend,
  Certificate,
  Cluster,
  PathMatch,
  Route,
  VirtualHost,
} from '../../dag/model.ts';
import type { EndpointSlice } from '../../dag/objects.ts';
import type { Changes, Resource } from '../../xds/resource.ts';
import { createTranslator, type EnvoySettings } from '../translate.ts';

/** Port `web` 80 of the Service `shop/NAME`. */
export const cluster = (service: string, settings: Partial<Cluster> = {}): Cluster => ({
  namespace: 'shop',
  service,
  port: 80,
  portName: 'web',
  ...settings,
});

export const forward = (...to: readonly (Cluster | Backend)[]): Action => ({
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
  endpoints: addresses.map((address) => ({ addresses: [address], ready })),
});

export const envoySettings: EnvoySettings = {
  http: { address: '0.0.0.0', port: 8080, accessLog: '/dev/stdout' },
  https: { address: '0.0.0.0', port: 8443, accessLog: '/dev/stdout' },
  useProxyProtocol: false,
  numTrustedHops: 0,
  redirectPort: undefined,
  endpointsOf: () => [],
};

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
    keep: (scope: string, ...clusters: readonly string[]) => run(() => translator.keep(scope, clusters)),
  };
}

/** `Secret a.com`: the last word of the type and the name. */
export const title = ({ type, name }: { readonly type: string; readonly name: string }): string =>
  `${type.slice(type.lastIndexOf('.') + 1)} ${name}`;
