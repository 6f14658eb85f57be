// What a Service's annotations say about how Envoy talks to it.
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
  if (value === undefined) return false;
  const list = `,${value.replaceAll(/\s/g, '')},`;
  return list.includes(`,${port.port},`) || (port.name !== '' && list.includes(`,${port.name},`));
}

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
