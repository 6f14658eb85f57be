// Kubernetes objects for tests in one line each: what isn't said is what most objects have.
import type {
  Ingress,
  IngressBackend,
  IngressPath,
  IngressRoute,
  Meta,
  RouteSpec,
  Secret,
  Service,
  ServicePort,
  ServiceReference,
  TcpProxySpec,
  TLSCertificateDelegation,
  TlsSpec,
} from '../dag/objects.ts';

/** `namespace/name`. */
export type Id = `${string}/${string}`;

type MetaOptions = Partial<Pick<Meta, 'created' | 'generation'>> & {
  readonly annotations?: Readonly<Record<string, string>>;
};

export function meta(id: Id, { created, generation, annotations = {} }: MetaOptions = {}): Meta {
  const slash = id.indexOf('/');
  return {
    namespace: id.slice(0, slash),
    name: id.slice(slash + 1),
    created,
    generation,
    uid: undefined,
    resourceVersion: undefined,
    annotations: new Map(Object.entries(annotations)),
  };
}

export interface IngressRouteOptions
  extends MetaOptions,
    Partial<Pick<IngressRoute, 'routes' | 'tcpproxy' | 'malformed' | 'unknownFields'>> {
  /** Makes it a root. */
  readonly fqdn?: string;
  /** A `secretName`, or all of the TLS settings. Of a root only. */
  readonly tls?: string | Partial<TlsSpec>;
}

export function ingressRoute(id: Id, options: IngressRouteOptions = {}): IngressRoute {
  const { fqdn, tls, routes = [], tcpproxy, malformed = [], unknownFields = [] } = options;
  const virtualhost = fqdn === undefined ? undefined : { fqdn, tls: tlsSpec(tls) };
  return {
    ...meta(id, options),
    kind: 'IngressRoute',
    virtualhost,
    routes,
    tcpproxy,
    malformed,
    unknownFields,
  };
}

function tlsSpec(tls: string | Partial<TlsSpec> | undefined): TlsSpec | undefined {
  if (tls === undefined) return undefined;
  const given = typeof tls === 'string' ? { secretName: tls } : tls;
  return { secretName: '', minimumProtocolVersion: undefined, passthrough: false, ...given };
}

const noRoute: Omit<RouteSpec, 'match'> = {
  services: [],
  delegate: undefined,
  permitInsecure: false,
  enableWebsockets: false,
  prefixRewrite: undefined,
  timeoutPolicy: undefined,
  retryPolicy: undefined,
  malformed: [],
  unknownFields: [],
};

/** `to`: services as `name:port` or `name:port=weight`, separated by spaces. */
export const route = (match: string, to = '', options: Partial<RouteSpec> = {}): RouteSpec => ({
  ...noRoute,
  match,
  services: to.split(' ').flatMap((text) => (text === '' ? [] : [serviceReference(text)])),
  ...options,
});

/** `to`: `name` or `namespace/name`. */
export function delegate(match: string, to: string, options: Partial<RouteSpec> = {}): RouteSpec {
  const parts = to.split('/');
  const [namespace, name = ''] = parts.length > 1 ? parts : [undefined, to];
  return { ...noRoute, match, delegate: { name, namespace }, ...options };
}

export function serviceReference(text: string): ServiceReference {
  const [target = '', weight] = text.split('=');
  const [name = '', port] = target.split(':');
  return {
    ...{ name, port: Number(port), weight: weight === undefined ? undefined : Number(weight) },
    ...{ strategy: undefined, healthCheck: undefined, validation: undefined },
  };
}

/** `to`: services as for a route. */
export const tcpProxy = (to: string, options: Partial<TcpProxySpec> = {}): TcpProxySpec => ({
  services: route('/', to).services,
  delegate: undefined,
  malformed: [],
  unknownFields: [],
  ...options,
});

export interface IngressOptions extends MetaOptions, Partial<Pick<Ingress, 'rules' | 'malformed'>> {
  readonly ingressClassName?: string;
  /** Secret names by the hosts they are for, hosts separated by spaces. */
  readonly tls?: Readonly<Record<string, string>>;
  /** `name:port`. */
  readonly defaultBackend?: string;
}

export function ingress(id: Id, options: IngressOptions = {}): Ingress {
  const { ingressClassName, tls = {}, defaultBackend, rules = [], malformed = [] } = options;
  return {
    ...meta(id, options),
    kind: 'Ingress',
    ingressClassName,
    defaultBackend: defaultBackend === undefined ? undefined : backend(defaultBackend),
    tls: Object.entries(tls).map(([hosts, secretName]) => ({
      hosts: hosts.split(' ').filter((host) => host !== ''),
      secretName,
    })),
    rules,
    malformed,
  };
}

export const rule = (host: string, ...paths: readonly IngressPath[]): Ingress['rules'][number] => ({
  host,
  paths,
});

/** `to`: `name:port` with the port's number or name; none for a backend that couldn't be read. */
export const path = (
  path: string,
  to: string | undefined,
  pathType: IngressPath['pathType'] = 'Prefix',
): IngressPath => ({ path, pathType, backend: to === undefined ? undefined : backend(to) });

function backend(text: string): IngressBackend {
  const [name = '', port = ''] = text.split(':');
  return { name, port: /^\d+$/.test(port) ? Number(port) : port };
}

/** Without ports: one, 80, without a name. A number is a TCP port without a name. */
export function service(id: Id, ...ports: readonly (number | Partial<ServicePort>)[]): Service {
  const given = ports.length === 0 ? [80] : ports;
  return {
    ...meta(id),
    kind: 'Service',
    externalName: undefined,
    ports: given.map((port) => ({
      name: '',
      port: 80,
      protocol: 'TCP',
      ...(typeof port === 'number' ? { port } : port),
    })),
  };
}

export const externalNameService = (id: Id, externalName: string, port = 80): Service => ({
  ...service(id, port),
  externalName,
});

/** PEM text as it stands in the secret. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export function tlsSecret(id: Id, { certificate, key }: KeyPair, type = 'kubernetes.io/tls'): Secret {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const data = new Map([
    ['tls.crt', bytes(certificate)],
    ['tls.key', bytes(key)],
  ]);
  return { ...meta(id), kind: 'Secret', type, data };
}

/** The namespace of `id` lets `targets` use its secret. */
export const certificateDelegation = (
  id: Id,
  secretName: string,
  ...targetNamespaces: readonly string[]
): TLSCertificateDelegation => ({
  ...meta(id),
  kind: 'TLSCertificateDelegation',
  delegations: [{ secretName, targetNamespaces }],
  malformed: [],
  unknownFields: [],
});
