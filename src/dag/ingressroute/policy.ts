// What a route of an IngressRoute asks for on the way of its requests: time limits, further tries, another prefix.
import { durationMs } from '../duration.ts';
import type { RoutePolicy } from '../model.ts';
import type { RouteSpec } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';

type Retry = NonNullable<RoutePolicy['retry']>;

/** Undefined: the route asks for nothing. Fields with a mistake have no effect. */
export function routePolicy(route: RouteSpec): RoutePolicy | undefined {
  const timeoutMs = requestTimeout(route);
  const retry = retryOf(route);
  const { prefixRewrite } = route;
  const policy: RoutePolicy = {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retry && { retry }),
    ...(prefixRewrite !== undefined && { prefixRewrite }),
  };
  return Object.keys(policy).length > 0 ? policy : undefined;
}

/** An error fails the route. */
export function policyProblems({
  match,
  timeoutPolicy,
  retryPolicy,
  prefixRewrite,
}: RouteSpec): readonly Problem[] {
  const found: Problem[] = [];
  const timeout = timeoutPolicy?.request;
  if (timeout !== undefined && timeout !== 'infinity' && durationMs(timeout) === undefined)
    found.push(problems.DurationUnreadable(match, 'timeoutPolicy.request', timeout, 'infinity'));
  const { count = 0, perTryTimeout } = retryPolicy ?? {};
  if (count < 0) found.push(problems.RetryCountNegative(match, count));
  if (perTryTimeout !== undefined && durationMs(perTryTimeout) === undefined)
    found.push(problems.DurationUnreadable(match, 'retryPolicy.perTryTimeout', perTryTimeout, 'no limit'));
  const mistake = prefixRewrite === undefined ? undefined : rewriteMistake(prefixRewrite);
  if (prefixRewrite !== undefined && mistake !== undefined)
    found.push(problems.PrefixRewriteInvalid(match, prefixRewrite, mistake));
  return found;
}

/** Of no time at all it is the default, as in Contour 0.15. */
function requestTimeout({ timeoutPolicy }: RouteSpec): RoutePolicy['timeoutMs'] {
  const text = timeoutPolicy?.request;
  if (text === undefined) return undefined;
  const ms = text === 'infinity' ? undefined : durationMs(text);
  return ms === 0 ? undefined : (ms ?? 'infinity');
}

function retryOf({ retryPolicy }: RouteSpec): Retry | undefined {
  if (retryPolicy === undefined) return undefined;
  const perTryTimeoutMs = durationMs(retryPolicy.perTryTimeout ?? '') || undefined;
  return { count: retryPolicy.count || 1, ...(perTryTimeoutMs !== undefined && { perTryTimeoutMs }) };
}

function rewriteMistake(rewrite: string): string | undefined {
  if (!rewrite.startsWith('/')) return 'does not begin with "/"';
  if (/[?#]/.test(rewrite)) return 'has a "?" or "#"';
  return /[^\x21-\x7e]/.test(rewrite) ? 'has a character that must be percent-encoded' : undefined;
}
