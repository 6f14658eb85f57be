// A reference to a port of a Service -> Envoy's cluster with all its settings, or what keeps it from being served.
import type { CertificateChecks } from './certificate.ts';
import type { Cluster, HealthCheck, UpstreamValidation } from './model.ts';
import type { HealthCheckSpec, Service, ServicePort, ServiceReference } from './objects.ts';
import { type Problem, problems, type ServiceName } from './problems.ts';
import { limitsOf, protocolOf } from './upstream.ts';
import type { ObjectView } from './view.ts';

/** A Service in the namespace of the object that names it: no other namespace can be named. */
export interface WeightedReference
  extends Partial<Pick<ServiceReference, 'strategy' | 'healthCheck' | 'validation'>> {
  readonly name: string;
  /** A port's number, or its name. */
  readonly port: number | string;
  readonly weight: number | undefined;
}

export interface ServiceContext {
  readonly view: ObjectView;
  readonly checks: CertificateChecks;
}

export interface Wanted {
  readonly service: WeightedReference;
  readonly reference: ServiceName;
  readonly found: Problem[];
}

/** Undefined: it can't be served, as `found` tells. `unknown`: a secret is not known yet. */
export function clusterOf(context: ServiceContext, wanted: Wanted): Cluster | undefined | 'unknown' {
  const { reference, found } = wanted;
  const service = context.view.service(reference.namespace, reference.name);
  const port = service && portOf(service, reference.port);
  const wrong = problemOf(service, port, reference);
  if (wrong !== undefined) found.push(wrong);
  if (wrong !== undefined || service === undefined || port === undefined) return undefined;
  const protocol = protocolOf(service, port);
  const validation = validationOf(context, wanted, protocol);
  if (validation === 'unknown') return 'unknown';
  if (validation === 'refused') return undefined;
  const limits = limitsOf(service, reference, found);
  const strategy = strategies.get(wanted.service.strategy ?? '');
  const { healthCheck } = wanted.service;
  return {
    namespace: reference.namespace,
    service: reference.name,
    port: port.port,
    portName: port.name,
    ...(protocol && { protocol }),
    ...(strategy && { strategy }),
    ...(healthCheck && { healthCheck: withDefaults(healthCheck) }),
    ...(validation && { validation }),
    ...(limits && { limits }),
  };
}

const strategies: ReadonlyMap<string, NonNullable<Cluster['strategy']> | undefined> = new Map([
  ['RoundRobin', undefined],
  ['WeightedLeastRequest', 'least-request'],
  ['Random', 'random'],
  ['Cookie', 'cookie'],
]);

export const isStrategy = (text: string): boolean => strategies.has(text);

/** A number of 0 counts as not given, as in Contour 0.15. */
const withDefaults = (spec: HealthCheckSpec): HealthCheck => ({
  path: spec.path ?? '',
  host: spec.host ?? 'contour-envoy-healthcheck',
  intervalSeconds: spec.intervalSeconds || 10,
  timeoutSeconds: spec.timeoutSeconds || 2,
  unhealthyThreshold: spec.unhealthyThresholdCount || 3,
  healthyThreshold: spec.healthyThresholdCount || 2,
});

/** Fails closed: a Service whose certificate can't be checked as asked gets no requests. */
function validationOf(
  { view, checks }: ServiceContext,
  { service: { validation }, reference, found }: Wanted,
  protocol: Cluster['protocol'],
): UpstreamValidation | undefined | 'refused' | 'unknown' {
  if (validation === undefined) return undefined;
  const { caSecret, subjectName } = validation;
  const refuse = (problem: Problem): 'refused' => {
    found.push(problem);
    return 'refused';
  };
  if (caSecret === undefined) return refuse(problems.ValidationIncomplete(reference, 'caSecret'));
  if (subjectName === undefined) return refuse(problems.ValidationIncomplete(reference, 'subjectName'));
  if (protocol !== 'tls' && protocol !== 'h2') return refuse(problems.ValidationNeedsTls(reference));
  const secret = view.secret(reference.namespace, caSecret);
  if (secret === 'unknown') return 'unknown';
  if (secret === undefined) return refuse(problems.ValidationCaMissing(reference, caSecret));
  const authorities = checks.authorities(secret);
  if ('malformed' in authorities)
    return refuse(problems.ValidationCaMalformed(reference, caSecret, authorities.malformed));
  return { ca: authorities.ca, subjectName };
}

/** A number may be used by a TCP and a UDP port at once: TCP is looked for first. */
function portOf(service: Service, wanted: number | string): ServicePort | undefined {
  const named = service.ports.filter(({ name, port }) =>
    typeof wanted === 'number' ? port === wanted : name !== '' && name === wanted,
  );
  return named.find(({ protocol }) => protocol === 'TCP') ?? named[0];
}

function problemOf(
  service: Service | undefined,
  port: ServicePort | undefined,
  reference: ServiceName,
): Problem | undefined {
  if (service === undefined) return problems.ServiceMissing(reference);
  if (service.externalName !== undefined) return problems.ServiceExternalName(reference);
  if (port === undefined) return problems.ServicePortMissing(reference);
  return port.protocol === 'TCP' ? undefined : problems.ServicePortNotTcp(reference, port.protocol);
}
