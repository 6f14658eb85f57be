// What is wrong with a list of services whatever other objects there are: of a route, or of a tcpproxy.

import { isStrategy } from '../cluster.ts';
import type { HealthCheckSpec, ServiceReference } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';

/** `match`: of the route; undefined for a tcpproxy. An error fails the whole route or tcpproxy. */
export function serviceProblems(
  match: string | undefined,
  services: readonly ServiceReference[],
): readonly Problem[] {
  const found: Problem[] = [];
  for (const { name, port, weight, strategy, healthCheck } of services) {
    if (port < 1 || port > 65_535) found.push(problems.PortOutOfRange(match, name, port));
    if (weight !== undefined && weight < 0) found.push(problems.WeightNegative(match, name, weight));
    if (strategy !== undefined && !isStrategy(strategy))
      found.push(problems.StrategyUnknown(match, name, strategy));
    if (healthCheck) found.push(...healthCheckProblems(match, name, healthCheck));
  }
  return found;
}

const numbers = [
  'intervalSeconds',
  'timeoutSeconds',
  'unhealthyThresholdCount',
  'healthyThresholdCount',
] as const;

/** What can stand in a request of a health check. */
const visible = /^[\x21-\x7e]+$/;

function healthCheckProblems(
  match: string | undefined,
  service: string,
  healthCheck: HealthCheckSpec,
): readonly Problem[] {
  const found: Problem[] = [];
  const { path = '', host } = healthCheck;
  if (!path.startsWith('/') || !visible.test(path))
    found.push(problems.HealthCheckPathInvalid(match, service, path));
  if (host !== undefined && !visible.test(host))
    found.push(problems.HealthCheckHostInvalid(match, service, host));
  for (const field of numbers) {
    const value = healthCheck[field] ?? 0;
    if (value < 0) found.push(problems.HealthCheckNumberInvalid(match, service, field, value));
  }
  return found;
}
