// contour.heptio.com/v1beta1: IngressRoute and TLSCertificateDelegation.
import type {
  HealthCheckSpec,
  IngressRoute,
  Malformed,
  Meta,
  RouteSpec,
  ServiceReference,
  TcpProxySpec,
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

export function decodeIngressRoute(meta: Meta, object: Fields): IngressRoute {
  const spec = object.object('spec');
  if (!object.has('spec')) object.note('spec', 'is missing');
  return {
    ...meta,
    kind: 'IngressRoute',
    virtualhost: spec && virtualHost(spec),
    routes: spec?.objects('routes', mostRoutes).flatMap(decodeRoute) ?? [],
    tcpproxy: spec && decodeTcpProxy(spec),
    malformed: object.malformed,
    unknownFields: [],
  };
}

/** A virtualhost that can't be read still makes the object a root, one without a name. */
function virtualHost(spec: Fields): VirtualHostSpec | undefined {
  if (!spec.has('virtualhost')) return undefined;
  const fields = spec.object('virtualhost');
  return { fqdn: fields?.text('fqdn') ?? '', tls: fields && tlsOf(fields) };
}

function tlsOf(virtualhost: Fields): TlsSpec | undefined {
  const tls = virtualhost.object('tls');
  return (
    tls && {
      secretName: tls.text('secretName') ?? '',
      minimumProtocolVersion: tls.text('minimumProtocolVersion') || undefined,
      passthrough: tls.flag('passthrough'),
    }
  );
}

/** A match that can't be read concerns the whole object: nobody knows which prefix has to fail. */
function decodeRoute(fields: Fields): readonly RouteSpec[] {
  const match = fields.text('match');
  if (match === undefined && fields.has('match')) return [];
  const malformed: Malformed[] = [];
  const route = fields.notingIn(malformed);
  const timeout = route.object('timeoutPolicy');
  const retry = route.object('retryPolicy');
  return [
    {
      match: match ?? '',
      ...targetOf(route),
      enableWebsockets: route.flag('enableWebsockets'),
      permitInsecure: route.flag('permitInsecure'),
      prefixRewrite: route.text('prefixRewrite') || undefined,
      timeoutPolicy: timeout && { request: timeout.text('request') || undefined },
      retryPolicy: retry && {
        count: retry.integer('count'),
        perTryTimeout: retry.text('perTryTimeout') || undefined,
      },
      malformed,
      unknownFields: [],
    },
  ];
}

/** A tcpproxy that can't be read is one without services. */
function decodeTcpProxy(spec: Fields): TcpProxySpec | undefined {
  if (!spec.has('tcpproxy')) return undefined;
  const malformed: Malformed[] = [];
  const tcpproxy = spec.notingIn(malformed).object('tcpproxy');
  const target = tcpproxy ? targetOf(tcpproxy) : { services: [], delegate: undefined };
  return { ...target, malformed, unknownFields: [] };
}

function targetOf(fields: Fields): Pick<RouteSpec, 'services' | 'delegate'> {
  const delegate = fields.object('delegate');
  return {
    services: fields.objects('services', mostServices).map(serviceOf),
    delegate: delegate && {
      name: delegate.text('name') ?? '',
      namespace: delegate.text('namespace') || undefined,
    },
  };
}

function serviceOf(service: Fields): ServiceReference {
  const validation = service.object('validation');
  return {
    name: service.text('name') ?? '',
    port: service.integer('port') ?? 0,
    weight: service.integer('weight'),
    strategy: service.text('strategy') || undefined,
    healthCheck: healthCheckOf(service.object('healthCheck')),
    validation: validation && {
      caSecret: validation.text('caSecret') || undefined,
      subjectName: validation.text('subjectName') || undefined,
    },
  };
}

function healthCheckOf(fields: Fields | undefined): HealthCheckSpec | undefined {
  return (
    fields && {
      path: fields.text('path') || undefined,
      host: fields.text('host') || undefined,
      intervalSeconds: fields.integer('intervalSeconds'),
      timeoutSeconds: fields.integer('timeoutSeconds'),
      unhealthyThresholdCount: fields.integer('unhealthyThresholdCount'),
      healthyThresholdCount: fields.integer('healthyThresholdCount'),
    }
  );
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
    unknownFields: [],
  };
}
