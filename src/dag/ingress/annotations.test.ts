// Time limits, further tries and websockets by the annotations of an Ingress.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingress, path, rule, service } from '../../testing/objects.ts';
import { defaultSettings, viewOf } from '../../testing/view.ts';
import { buildHost } from '../host.ts';
import { annotationProblems } from './annotations.ts';

const host = 'a.com';

function judged(annotations: Readonly<Record<string, string>>) {
  const named = Object.entries(annotations).map(([name, value]) => [`contour.heptio.com/${name}`, value]);
  const object = ingress('a/i', {
    rules: [rule(host, path('/', 'web:80'), path('/ws/', 'web:80', 'Prefix'))],
    annotations: Object.fromEntries(named),
  });
  const built = buildHost(viewOf([object, service('a/web')]), defaultSettings, host);
  const actions = built.host?.http?.map(({ match, action }) => ({ path: match.path, ...action }));
  const found = annotationProblems(object);
  return {
    actions,
    policy: actions?.flatMap((action) => (action.kind === 'forward' ? [action.policy] : []))[0],
    codes: found.map(({ code }) => code),
    messages: found.map(({ message }) => message),
  };
}

const retry = (on: string, count: number) => ({ retry: { on, count } });

for (const { annotations, policy, codes = [] } of [
  { annotations: {}, policy: undefined },
  { annotations: { 'request-timeout': '1.5s' }, policy: { timeoutMs: 1_500 } },
  { annotations: { 'request-timeout': 'infinity' }, policy: { timeoutMs: 'infinity' } },
  { annotations: { 'request-timeout': '0s' }, policy: undefined },
  {
    annotations: { 'request-timeout': 'fast' },
    policy: { timeoutMs: 'infinity' },
    codes: ['AnnotationInvalid'],
  },
  { annotations: { 'retry-on': '5xx' }, policy: retry('5xx', 1) },
  {
    annotations: {
      'retry-on': ' gateway-error, reset,,reset ',
      'num-retries': '3',
      'per-try-timeout': '500ms',
    },
    policy: { retry: { on: 'gateway-error,reset', count: 3, perTryTimeoutMs: 500 } },
  },
  { annotations: { 'retry-on': '5xx', 'num-retries': '0' }, policy: retry('5xx', 1) },
  {
    annotations: { 'retry-on': '5xx,x-evil', 'num-retries': '-1', 'per-try-timeout': 'x' },
    policy: retry('5xx', 1),
    codes: ['AnnotationInvalid', 'AnnotationInvalid', 'AnnotationInvalid'],
  },
  {
    annotations: { 'num-retries': '3', 'per-try-timeout': '1s' },
    policy: undefined,
    codes: ['AnnotationIgnored', 'AnnotationIgnored'],
  },
  { annotations: { 'request-timout': '1s' }, policy: undefined, codes: ['AnnotationUnknown'] },
  { annotations: { 'ingress.class': 'contour' }, policy: undefined },
])
  test(JSON.stringify(annotations), () => {
    const result = judged(annotations as Readonly<Record<string, string>>);
    assert.deepEqual(result.policy, policy);
    assert.deepEqual(result.codes, codes);
  });

test('websockets on the named paths alone, as they are written', () => {
  const { actions, codes } = judged({ 'websocket-routes': '/ws/' });
  assert.deepEqual(
    actions?.map((action) => [action.path, action.kind === 'forward' && action.websockets]),
    [
      ['/ws', true],
      ['/', false],
    ],
  );
  assert.deepEqual(codes, []);
  assert.deepEqual(judged({ 'websocket-routes': '/,/other' }).codes, ['AnnotationInvalid']);
});

test('a mistyped name is told with the one that is meant', () => {
  assert.match(
    judged({ 'request-timout': '1s' }).messages.join(),
    /did you mean contour.heptio.com\/request-timeout\?/,
  );
});
