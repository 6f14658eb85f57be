// The catalogue: codes, wording that the API's documents fix, and that no user text breaks out of a message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareProblems,
  mostProblems,
  type Problem,
  problems,
  type ServiceName,
  worst,
} from './problems.ts';

const hostile = `x\n\u001b[2J\u202e${'y'.repeat(5_000)}`;
const object = { kind: 'IngressRoute', namespace: hostile, name: hostile };
const reference: ServiceName = { ...object, port: hostile, route: hostile, severity: 'error' };

/** One of each, with hostile text wherever a user's goes. A new problem doesn't compile until it is here. */
const all: Record<keyof typeof problems, Problem> = {
  MalformedField: problems.MalformedField(hostile, hostile, hostile),
  UnknownField: problems.UnknownField(hostile, hostile, hostile),
  RootNamespaceForbidden: problems.RootNamespaceForbidden(),
  FqdnInvalid: problems.FqdnInvalid(hostile),
  FqdnTaken: problems.FqdnTaken(hostile, object),
  HostTaken: problems.HostTaken(hostile, object),
  HostInvalid: problems.HostInvalid(hostile),
  RootNotServed: problems.RootNotServed(object),
  NoRoutes: problems.NoRoutes(),
  Orphaned: problems.Orphaned(),
  TcpProxyIgnored: problems.TcpProxyIgnored(),
  PassthroughIgnored: problems.PassthroughIgnored(),
  TcpProxyNeedsTls: problems.TcpProxyNeedsTls(),
  RoutesIgnored: problems.RoutesIgnored(),
  PassthroughNeedsTcpProxy: problems.PassthroughNeedsTcpProxy(),
  TlsVersionUnknown: problems.TlsVersionUnknown('tls.minimumProtocolVersion', hostile),
  TlsVersionOfWildcard: problems.TlsVersionOfWildcard(hostile, '1.3', '1.2'),
  SecretNameMissing: problems.SecretNameMissing(),
  SecretNameInvalid: problems.SecretNameInvalid(hostile),
  SecretMissing: problems.SecretMissing(object),
  SecretNotDelegated: problems.SecretNotDelegated(object, hostile),
  SecretTypeWrong: problems.SecretTypeWrong(object, hostile),
  SecretMalformed: problems.SecretMalformed(object, 'it has no tls.key'),
  SecretKeyMismatch: problems.SecretKeyMismatch(object),
  CertificateIgnored: problems.CertificateIgnored(hostile, object),
  MatchMissing: problems.MatchMissing(hostile),
  MatchInvalid: problems.MatchInvalid(hostile, 'does not begin with "/"'),
  MatchEnding: problems.MatchEnding(hostile),
  RegexInvalid: problems.RegexInvalid(hostile, 'has an empty "[]"'),
  NoTarget: problems.NoTarget(hostile),
  ServicesAndDelegate: problems.ServicesAndDelegate(hostile),
  WebsocketsWithSeveralServices: problems.WebsocketsWithSeveralServices(hostile),
  PortOutOfRange: problems.PortOutOfRange(hostile, hostile, 0),
  WeightNegative: problems.WeightNegative(hostile, hostile, -1),
  BackendMissing: problems.BackendMissing(hostile),
  ServiceMissing: problems.ServiceMissing(reference),
  ServicePortMissing: problems.ServicePortMissing(reference, Array(6).fill({ name: hostile, port: 80 })),
  ServicePortNotTcp: problems.ServicePortNotTcp(reference, hostile),
  ServiceExternalName: problems.ServiceExternalName(reference),
  ServiceExternalNameForbidden: problems.ServiceExternalNameForbidden(reference, hostile, 'is an address'),
  ServiceAnnotationInvalid: problems.ServiceAnnotationInvalid(reference, hostile, hostile),
  ServiceAnnotationUnknown: problems.ServiceAnnotationUnknown(reference, hostile, undefined),
  ServiceAnnotationPortMissing: problems.ServiceAnnotationPortMissing(reference, hostile, hostile),
  DurationUnreadable: problems.DurationUnreadable(hostile, 'timeoutPolicy.request', hostile, 'infinity'),
  RetryCountNegative: problems.RetryCountNegative(hostile, -1),
  PrefixRewriteInvalid: problems.PrefixRewriteInvalid(hostile, hostile, 'does not begin with "/"'),
  StrategyUnknown: problems.StrategyUnknown(hostile, hostile, hostile),
  HealthCheckPathInvalid: problems.HealthCheckPathInvalid(hostile, hostile, hostile),
  HealthCheckHostInvalid: problems.HealthCheckHostInvalid(hostile, hostile, hostile),
  HealthCheckNumberInvalid: problems.HealthCheckNumberInvalid(hostile, hostile, 'intervalSeconds', -1),
  ValidationIncomplete: problems.ValidationIncomplete(reference, 'caSecret'),
  ValidationNeedsTls: problems.ValidationNeedsTls(reference),
  ValidationCaMissing: problems.ValidationCaMissing(reference, hostile),
  ValidationTooLarge: problems.ValidationTooLarge(reference, 1_024),
  ValidationCaMalformed: problems.ValidationCaMalformed(reference, hostile, 'it has no ca.crt'),
  DelegateMissing: problems.DelegateMissing(hostile, object),
  DelegateIsRoot: problems.DelegateIsRoot(hostile, object),
  DelegationCycle: problems.DelegationCycle(hostile, [object, object], 5),
  DelegateHasNoTcpProxy: problems.DelegateHasNoTcpProxy(object),
  DelegateHasNoRoute: problems.DelegateHasNoRoute(hostile, object),
  PrefixMismatch: problems.PrefixMismatch(hostile, object, hostile),
  Shadowed: problems.Shadowed(hostile, { object, host: hostile }),
  AnnotationUnknown: problems.AnnotationUnknown(hostile, undefined),
  AnnotationInvalid: problems.AnnotationInvalid('name', hostile, 'is wrong'),
  AnnotationIgnored: problems.AnnotationIgnored('name', 'nothing else is there'),
  EnvoyRefused: problems.EnvoyRefused(hostile),
};

for (const [code, problem] of Object.entries(all)) {
  test(`${code}: its name is its code; bounded; nothing a terminal acts on`, () => {
    assert.equal(problem.code, code);
    for (const text of [problem.message, problem.route ?? '']) {
      assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Cs}]/u);
      assert.ok(text.length < 1_200, `${text.length}`);
    }
  });
}

const a = { kind: 'IngressRoute', namespace: 'a', name: 'x' };
const wording: readonly (readonly [problem: Problem, message: string])[] = [
  [problems.RootNamespaceForbidden(), 'root IngressRoute cannot be defined in this namespace'],
  [problems.FqdnTaken('a.com', a), 'fqdn "a.com" is already used by IngressRoute a/x'],
  [
    problems.DelegationCycle('/', [a, { ...a, name: 'y' }, a]),
    'route creates a delegation cycle: a/x -> a/y -> a/x',
  ],
  [problems.Orphaned(), 'this IngressRoute is not part of a delegation chain from a root IngressRoute'],
  [
    problems.EnvoyRefused('missing ):\n(((\u0000'),
    'Envoy refused this configuration; the last one that it accepted keeps serving, or 503 if there is none: missing ): (((',
  ],
];
for (const [problem, message] of wording) {
  test(`wording of ${problem.code}`, () => assert.equal(problem.message, message));
}

test('worst first, each once, at most 20', () => {
  const found = Array.from({ length: 30 }, (_, index) => problems.MatchEnding(`/${index}-`));
  const missing = problems.NoTarget('/z');
  const { problems: kept, omitted } = worst([...found, missing, missing, problems.SecretNameMissing()]);
  assert.equal(omitted, 12);
  assert.equal(kept.length, mostProblems);
  assert.deepEqual(
    kept.slice(0, 3).map(({ code }) => code),
    ['SecretNameMissing', 'NoTarget', 'MatchEnding'],
  );
  assert.deepEqual(kept, kept.toSorted(compareProblems));
});
