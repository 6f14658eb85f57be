// contour.heptio.com/v1beta1: IngressRoute and TLSCertificateDelegation.
import type {
  IngressRoute,
  Malformed,
  Meta,
  RouteSpec,
  ServiceReference,
  TLSCertificateDelegation,
  TlsSpec,
  VirtualHostSpec,
} from '../objects.ts';
import type { Fields } from './fields.ts';

/** The CRD has the same limits. */
export const mostRoutes = 1_024;
export const mostServices = 64;
const mostDelegations = 1_024;
const mostTargets = 4_096;

/** Fields of the API that are accepted and have no effect yet. */
const unsupportedOfRoute = ['timeoutPolicy', 'retryPolicy', 'prefixRewrite'] as const;
const unsupportedOfService = ['healthCheck', 'strategy', 'validation'] as const;

export function decodeIngressRoute(meta: Meta, object: Fields): IngressRoute {
  const unsupported: string[] = [];
  const spec = object.object('spec');
  if (!object.has('spec')) object.note('spec', 'is missing');
  return {
    ...meta,
    kind: 'IngressRoute',
    virtualhost: spec && virtualHost(spec, unsupported),
    routes: spec?.objects('routes', mostRoutes).flatMap((route) => decodeRoute(route, unsupported)) ?? [],
    tcpproxy: spec?.has('tcpproxy') ?? false,
    malformed: object.malformed,
    unsupported,
  };
}

/** A virtualhost that can't be read still makes the object a root, one without a name. */
function virtualHost(spec: Fields, unsupported: string[]): VirtualHostSpec | undefined {
  if (!spec.has('virtualhost')) return undefined;
  const fields = spec.object('virtualhost');
  return { fqdn: fields?.text('fqdn') ?? '', tls: fields && tlsOf(fields, unsupported) };
}

function tlsOf(virtualhost: Fields, unsupported: string[]): TlsSpec | undefined {
  const tls = virtualhost.object('tls');
  if (tls?.has('minimumProtocolVersion')) unsupported.push(tls.at('minimumProtocolVersion'));
  return (
    tls && {
      secretName: tls.text('secretName') ?? '',
      minimumProtocolVersion: tls.text('minimumProtocolVersion') || undefined,
      passthrough: tls.flag('passthrough'),
    }
  );
}

/** A match that can't be read concerns the whole object: nobody knows which prefix has to fail. */
function decodeRoute(fields: Fields, unsupported: string[]): readonly RouteSpec[] {
  const match = fields.text('match');
  if (match === undefined && fields.has('match')) return [];
  const malformed: Malformed[] = [];
  const route = fields.notingIn(malformed);
  noteUnsupported(route, unsupportedOfRoute, unsupported);
  const delegate = route.object('delegate');
  return [
    {
      match: match ?? '',
      services: route.objects('services', mostServices).map((service) => serviceOf(service, unsupported)),
      delegate: delegate && {
        name: delegate.text('name') ?? '',
        namespace: delegate.text('namespace') || undefined,
      },
      permitInsecure: route.flag('permitInsecure'),
      enableWebsockets: route.flag('enableWebsockets'),
      malformed,
    },
  ];
}

function serviceOf(service: Fields, unsupported: string[]): ServiceReference {
  noteUnsupported(service, unsupportedOfService, unsupported);
  return {
    name: service.text('name') ?? '',
    port: service.integer('port') ?? 0,
    weight: service.integer('weight'),
  };
}

function noteUnsupported(fields: Fields, keys: readonly string[], unsupported: string[]): void {
  for (const key of keys) if (fields.has(key)) unsupported.push(fields.at(key));
}

/** Entries that can't be read, or say nothing, grant nothing, and are noted. */
export function decodeDelegation(meta: Meta, object: Fields): TLSCertificateDelegation {
  const spec = object.object('spec');
  if (spec === undefined && !object.has('spec')) object.note('spec', 'is missing');
  return {
    ...meta,
    kind: 'TLSCertificateDelegation',
    delegations: (spec?.objects('delegations', mostDelegations) ?? []).map((delegation) => {
      const secretName = delegation.text('secretName') ?? '';
      const targetNamespaces = delegation.texts('targetNamespaces', mostTargets);
      if (secretName === '' || secretName.includes('/'))
        delegation.note('secretName', 'must be the name of a Secret in the namespace of this object');
      if (targetNamespaces.length === 0) delegation.note('targetNamespaces', 'names no namespace');
      return { secretName, targetNamespaces };
    }),
    malformed: object.malformed,
  };
}
