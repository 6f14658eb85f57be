// What a Service's annotations say about how Envoy talks to it.
import { closest } from '../runtime/closest.ts';
import type { CircuitBreaker, Cluster } from './model.ts';
import type { Service, ServicePort } from './objects.ts';
import { type Problem, problems, type ServiceName } from './problems.ts';

const prefix = 'contour.heptio.com/';

/** Of a port that is in several, the first: encryption is never lost by it. */
const protocols = ['tls', 'h2', 'h2c'] as const;

/** Each names a list of ports by name or number, between commas. Undefined: HTTP/1.1 in clear. */
export const protocolOf = (service: Service, port: ServicePort): Cluster['protocol'] =>
  protocols.find((protocol) => lists(service, `upstream-protocol.${protocol}`, port));

function lists({ annotations }: Service, name: string, port: ServicePort): boolean {
  const value = annotations.get(prefix + name);
  return value !== undefined && entriesOf(value).some((entry) => isNamed(port, entry));
}

const entriesOf = (value: string): readonly string[] => value.replaceAll(/\s/g, '').split(',');

const isNamed = ({ name, port }: ServicePort, entry: string): boolean =>
  entry === String(port) || (name !== '' && entry === name);

const limits: Readonly<Record<string, keyof CircuitBreaker>> = {
  'max-connections': 'maxConnections',
  'max-pending-requests': 'maxPendingRequests',
  'max-requests': 'maxRequests',
  'max-retries': 'maxRetries',
};

const largestLimit = 2 ** 32 - 1;

/** Undefined: none is set. 0 counts as not set, as in Contour 0.15; what can't be read is noted in `found`. */
export function limitsOf(
  { annotations }: Service,
  reference: ServiceName,
  found: Problem[],
): CircuitBreaker | undefined {
  if (annotations.size === 0) return undefined;
  const set = Object.entries(limits).flatMap(([name, field]): [keyof CircuitBreaker, number][] => {
    const text = annotations.get(prefix + name)?.trim();
    if (text === undefined) return [];
    const limit = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (limit <= largestLimit) return limit === 0 ? [] : [[field, limit]];
    found.push(problems.ServiceAnnotationInvalid(reference, prefix + name, text));
    return [];
  });
  return set.length > 0 ? Object.fromEntries(set) : undefined;
}

const portLists = protocols.map((protocol) => `${prefix}upstream-protocol.${protocol}`);
const known: ReadonlySet<string> = new Set([
  ...portLists,
  ...Object.keys(limits).map((name) => prefix + name),
]);

/** Of one Service; a tenant may write thousands. */
const mostTold = 4;

type Mistake = (of: ServiceName) => Problem;

/** Of each Service once: many routes may name it. */
const mistakes = new WeakMap<Service, readonly Mistake[]>();

/** Annotations that nobody knows, and ports that the Service doesn't have: without a word they'd mean HTTP in clear. */
export function annotationProblems(service: Service, reference: ServiceName): readonly Problem[] {
  if (service.annotations.size === 0) return [];
  const made = mistakes.get(service) ?? [...mistakesOf(service)];
  mistakes.set(service, made);
  return made.map((mistake) => mistake(reference));
}

function* mistakesOf({ annotations, ports }: Service): Iterable<Mistake> {
  let told = 0;
  for (const [name, value] of annotations) {
    if (told === mostTold) return;
    const mistake = mistakeOf(name, value, ports);
    if (mistake === undefined) continue;
    told++;
    yield mistake;
  }
}

function mistakeOf(name: string, value: string, ports: Service['ports']): Mistake | undefined {
  if (!known.has(name)) {
    if (!name.startsWith(prefix)) return undefined;
    const nearest = closest(name, known);
    return (of) => problems.ServiceAnnotationUnknown(of, name, nearest);
  }
  if (!portLists.includes(name)) return undefined;
  const missing = entriesOf(value).find(
    (entry) => entry !== '' && !ports.some((port) => isNamed(port, entry)),
  );
  return missing === undefined ? undefined : (of) => problems.ServiceAnnotationPortMissing(of, name, missing);
}
