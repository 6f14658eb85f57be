// References to Services -> the shares of a route's traffic, and what is wrong with them.
import type { Action, Backend, Cluster } from './model.ts';
import type { Service, ServicePort } from './objects.ts';
import { type Problem, problems, type ServiceName } from './problems.ts';
import { annotationRefusal, ignoredAnnotations } from './service-annotations.ts';
import type { ObjectView } from './view.ts';

/** A Service in the namespace of the object that names it: no other namespace can be named. */
export interface WeightedReference {
  readonly name: string;
  /** A port's number, or its name. */
  readonly port: number | string;
  readonly weight: number | undefined;
}

export interface Resolved {
  readonly action: Action;
  readonly problems: readonly Problem[];
}

interface Request {
  readonly namespace: string;
  readonly services: readonly WeightedReference[];
  readonly websockets: boolean;
  readonly route: string | undefined;
}

const unavailable: Action = { kind: 'respond', status: 503 };

/**
 * The action of a route to these services. One that is missing keeps its share, which answers 503; if no share is
 * left that can be served, the whole route answers 503.
 */
export function forwardTo(view: ObjectView, request: Request): Resolved {
  const weights = effectiveWeights(request.services);
  const backends: Backend[] = [];
  const found: Problem[] = [];
  for (const [index, { name, port }] of request.services.entries()) {
    const weight = weights[index] ?? 0;
    const severity = weight > 0 ? 'error' : 'warning';
    const reference = { namespace: request.namespace, name, port, route: request.route, severity } as const;
    const cluster = clusterOf(view, reference, found);
    if (cluster !== undefined || weight > 0) backends.push({ cluster, weight });
  }
  const serves = backends.some(({ cluster, weight }) => cluster !== undefined && weight > 0);
  const action: Action = serves ? { kind: 'forward', backends, websockets: request.websockets } : unavailable;
  return { action, problems: found };
}

/** None given: even. Some given: the others get 0. All zero: even. */
function effectiveWeights(services: readonly WeightedReference[]): readonly number[] {
  const given = services.map(({ weight }) => weight ?? 0);
  return given.some((weight) => weight > 0) ? given : given.map(() => 1);
}

function clusterOf(view: ObjectView, reference: ServiceName, found: Problem[]): Cluster | undefined {
  const service = view.service(reference.namespace, reference.name);
  const port = service && portOf(service, reference.port);
  const wrong = problemOf(service, port, reference);
  if (wrong !== undefined) found.push(wrong);
  if (wrong !== undefined || service === undefined || port === undefined) return undefined;
  found.push(...ignoredAnnotations(service, port, reference));
  return { namespace: reference.namespace, service: reference.name, port: port.port, portName: port.name };
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
  if (port.protocol !== 'TCP') return problems.ServicePortNotTcp(reference, port.protocol);
  return annotationRefusal(service, port, reference);
}
