// Objects as a source delivers them: raw JSON with the fields that a test is about.
import type { ObjectEvent, RawObject } from '../store/events.ts';

/** `namespace/name`, or a name in `default`. */
export type Where = string;

function metadata(where: Where, more: object = {}): RawObject {
  const [namespace, name] = where.includes('/') ? where.split('/') : ['default', where];
  return { namespace, name, ...more };
}

export interface ServiceReference {
  readonly name: string;
  readonly port: number;
  readonly weight?: number;
  readonly strategy?: string;
  readonly healthCheck?: object;
  readonly validation?: { readonly caSecret: string; readonly subjectName: string };
}

export interface Target {
  readonly services?: readonly ServiceReference[];
  readonly delegate?: { readonly name: string; readonly namespace?: string };
}

export interface Route extends Target {
  readonly match: string;
  readonly enableWebsockets?: boolean;
  readonly permitInsecure?: boolean;
  readonly prefixRewrite?: string;
  readonly timeoutPolicy?: { readonly request: string };
  readonly retryPolicy?: { readonly count?: number; readonly perTryTimeout?: string };
}

/** `metadata` is merged into the object's own: annotations, creationTimestamp, resourceVersion. */
export interface IngressRouteOptions {
  readonly fqdn?: string;
  readonly secretName?: string;
  /** What else stands in `tls`; of a root only, like `secretName`. */
  readonly tls?: object;
  readonly routes?: readonly Route[];
  readonly tcpproxy?: Target;
  readonly metadata?: object;
}

export function ingressRoute(where: Where, options: IngressRouteOptions = {}): RawObject {
  const { fqdn, secretName, routes = [], tcpproxy } = options;
  const settings = { ...(secretName !== undefined && { secretName }), ...options.tls };
  const tls = Object.keys(settings).length > 0 ? { tls: settings } : {};
  return {
    apiVersion: 'contour.heptio.com/v1beta1',
    kind: 'IngressRoute',
    metadata: metadata(where, options.metadata),
    spec: {
      ...(fqdn !== undefined && { virtualhost: { fqdn, ...tls } }),
      routes,
      ...(tcpproxy && { tcpproxy }),
    },
  };
}

/** One route to the Service of the same namespace, port 80. */
export const routeTo = (match: string, service: string): Route => ({
  match,
  services: [{ name: service, port: 80 }],
});

/** What stands in a route or tcpproxy that is delegated to the object. */
export const delegation = (where: Where) => {
  const [namespace = '', name = ''] = where.split('/');
  return { delegate: { name, namespace } };
};

export const delegateTo = (match: string, where: Where): Route => ({ match, ...delegation(where) });

/** `annotations` without their prefix `contour.heptio.com/`. */
export const service = (
  where: Where,
  more: object = {},
  annotations: Readonly<Record<string, string>> = {},
): RawObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(where, {
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [`contour.heptio.com/${name}`, value]),
    ),
  }),
  spec: { ports: [{ port: 80, protocol: 'TCP' }], ...more },
});

/** A slice of the Service of that name, one ready endpoint for each address, on port 8080. */
export const endpointSlice = (
  where: Where,
  serviceName: string,
  addresses: readonly string[],
): RawObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: metadata(where, { labels: { 'kubernetes.io/service-name': serviceName } }),
  ports: [{ port: 8080, protocol: 'TCP' }],
  endpoints: addresses.map((address) => ({ addresses: [address] })),
});

/** Values are plain text here. */
export const secret = (
  where: Where,
  values: Readonly<Record<string, string>> = {},
  type = 'kubernetes.io/tls',
): RawObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(where),
  type,
  data: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});

export const certificateDelegation = (
  where: Where,
  secretName: string,
  targetNamespaces: readonly string[],
): RawObject => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'TLSCertificateDelegation',
  metadata: metadata(where),
  spec: { delegations: [{ secretName, targetNamespaces }] },
});

export interface IngressOptions {
  /** Host to Service; empty: any host. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Of every host; default `/`. */
  readonly path?: string;
  /** For every host. */
  readonly secretName?: string;
  readonly defaultService?: string;
  readonly ingressClass?: string;
  readonly metadata?: object;
}

const backend = (name: string) => ({ service: { name, port: { number: 80 } } });

export function ingress(where: Where, options: IngressOptions): RawObject {
  const { defaultService, secretName, path = '/' } = options;
  const rules = Object.entries(options.hosts ?? {}).map(([host, name]) => ({
    ...(host === '' ? {} : { host }),
    http: { paths: [{ path, pathType: 'Prefix', backend: backend(name) }] },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadata(where, options.metadata),
    spec: {
      ingressClassName: options.ingressClass ?? null,
      defaultBackend: defaultService === undefined ? null : backend(defaultService),
      ...(secretName !== undefined && { tls: [{ secretName }] }),
      rules,
    },
  };
}

export const ingressClass = (
  name: string,
  options: { readonly controller?: string; readonly isDefault?: boolean } = {},
): RawObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: {
    name,
    annotations: { 'ingressclass.kubernetes.io/is-default-class': String(options.isDefault ?? false) },
  },
  spec: { controller: options.controller ?? 'contour.heptio.com/ingress-controller' },
});

export const applied = (object: RawObject): ObjectEvent => ({ type: 'applied', object });
export const deleted = (object: RawObject): ObjectEvent => ({ type: 'deleted', object });
