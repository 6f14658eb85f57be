// A reference to a port of a Service -> Envoy's cluster with all its settings, or what keeps it from being served.
import { type AuthoritySizes, mostAuthorityBytes } from './authority-sizes.ts';
import type { CertificateChecks } from './certificate.ts';
import { externalHost, externalNameMistake } from './external-name.ts';
import type { Cluster, HealthCheck, UpstreamValidation } from './model.ts';
import type { HealthCheckSpec, Service, ServicePort, ServiceReference } from './objects.ts';
import { type Problem, problems, type ServiceName } from './problems.ts';
import { annotationProblems, limitsOf, protocolOf } from './upstream.ts';
import type { GraphSettings, ObjectView } from './view.ts';

/** A Service in the namespace of the object that names it: no other namespace can be named. */
export interface WeightedReference
  extends Pick<ServiceReference, 'weight' | 'strategy' | 'healthCheck' | 'validation'> {
  readonly name: string;
  /** A port's number, or its name. */
  readonly port: number | string;
}

export interface ServiceContext {
  readonly view: ObjectView;
  readonly checks: CertificateChecks;
  /** Of the host that is built. */
  readonly authorities: AuthoritySizes;
  readonly settings: Pick<GraphSettings, 'externalNames'>;
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
  const wrong = problemOf(context.settings, { service, port, reference });
  if (wrong !== undefined) found.push(wrong);
  if (wrong !== undefined || service === undefined || port === undefined) return undefined;
  const protocol = protocolOf(service, port);
  const validation = validationOf(context, wanted, protocol);
  if (validation === 'unknown') return 'unknown';
  if (validation === 'refused') return undefined;
  const limits = limitsOf(service, reference, found);
  found.push(...annotationProblems(service, reference));
  const strategy = strategies.get(wanted.service.strategy ?? '');
  const { healthCheck } = wanted.service;
  const externalName = externalHost(service.externalName ?? '');
  return {
    namespace: reference.namespace,
    service: reference.name,
    port: port.port,
    portName: port.name,
    ...(externalName !== undefined && { externalName }),
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
  { view, checks, authorities: sizes }: ServiceContext,
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
  const identity = [reference.name, reference.port, subjectName, authorities.fingerprint].join(' ');
  if (!sizes.take(reference.namespace, identity, authorities.ca.length))
    return refuse(problems.ValidationTooLarge(reference, mostAuthorityBytes));
  return { ...authorities, subjectName };
}

/** A number may be used by a TCP and a UDP port at once: TCP is looked for first. */
function portOf(service: Service, wanted: number | string): ServicePort | undefined {
  const named = service.ports.filter(({ name, port }) =>
    typeof wanted === 'number' ? port === wanted : name !== '' && name === wanted,
  );
  return named.find(({ protocol }) => protocol === 'TCP') ?? named[0];
}

interface Target {
  readonly service: Service | undefined;
  readonly port: ServicePort | undefined;
  readonly reference: ServiceName;
}

function problemOf(
  settings: ServiceContext['settings'],
  { service, port, reference }: Target,
): Problem | undefined {
  if (service === undefined) return problems.ServiceMissing(reference);
  if (service.externalName !== undefined && settings.externalNames === undefined)
    return problems.ServiceExternalName(reference);
  if (port === undefined) return problems.ServicePortMissing(reference, service.ports);
  if (port.protocol !== 'TCP') return problems.ServicePortNotTcp(reference, port.protocol);
  return externalProblem(settings, { service, port, reference });
}

function externalProblem(
  { externalNames }: ServiceContext['settings'],
  {
    service: { externalName },
    port,
    reference,
  }: Target & { readonly service: Service; readonly port: ServicePort },
): Problem | undefined {
  if (externalName === undefined) return undefined;
  const mistake = externalNameMistake(externalName);
  if (mistake !== undefined) return problems.ServiceExternalNameForbidden(reference, externalName, mistake);
  if (!externalNames?.ownPorts.has(port.port)) return undefined;
  const ours = `is asked for at port ${port.port}, one of Contour's or Envoy's own`;
  return problems.ServiceExternalNameForbidden(reference, externalName, ours);
}
