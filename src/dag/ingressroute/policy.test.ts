import assert from 'node:assert/strict';
import { test } from 'node:test';
import { route } from '../../testing/objects.ts';
import type { RouteSpec } from '../objects.ts';
import { policyProblems, routePolicy } from './policy.ts';

const timeout = (request: string | undefined): Partial<RouteSpec> => ({ timeoutPolicy: { request } });
const retry = (count?: number, perTryTimeout?: string): Partial<RouteSpec> => ({
  retryPolicy: { count, perTryTimeout },
});

const cases: readonly (readonly [
  name: string,
  spec: Partial<RouteSpec>,
  policy: ReturnType<typeof routePolicy>,
  codes?: readonly string[],
])[] = [
  ['nothing asked for', {}, undefined],
  ['a time', timeout('1m30s'), { timeoutMs: 90_000 }],
  ['infinity', timeout('infinity'), { timeoutMs: 'infinity' }],
  ['no time at all is the default', timeout('0s'), undefined],
  ['an empty policy', timeout(undefined), undefined],
  ['what can not be read is infinity', timeout('-1s'), { timeoutMs: 'infinity' }, ['DurationUnreadable']],
  ['once more', retry(), { retry: { count: 1 } }],
  ['a count of 0 is once more', retry(0, '200ms'), { retry: { count: 1, perTryTimeoutMs: 200 } }],
  ['more tries', retry(5, 'soon'), { retry: { count: 5 } }, ['DurationUnreadable']],
  ['a prefix', { prefixRewrite: '/v1/' }, { prefixRewrite: '/v1/' }],
];
for (const [name, spec, policy, codes = []] of cases)
  test(name, () => {
    const given = route('/', 'web:80', spec);
    assert.deepEqual(routePolicy(given), policy);
    assert.deepEqual(
      policyProblems(given).map(({ code }) => code),
      codes,
    );
  });
