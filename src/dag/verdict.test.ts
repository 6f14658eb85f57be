// One verdict from what all hosts say about an object.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  certificateDelegation,
  delegate,
  ingress,
  ingressRoute,
  path,
  route,
  rule,
  service,
} from '../testing/objects.ts';
import { defaultSettings, viewOf } from '../testing/view.ts';
import { buildHost } from './host.ts';
import type { Report } from './host-build.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from './objects.ts';
import { verdictOf } from './verdict.ts';
import type { GraphSettings } from './view.ts';

interface Case {
  readonly name: string;
  /** The object asked for is the first. */
  readonly objects: readonly KubernetesObject[];
  readonly settings?: Partial<GraphSettings>;
  readonly refusal?: string;
  readonly status: string;
  readonly description: string | RegExp;
  readonly codes?: readonly string[];
}

const hosts = ['a.com', 'b.com'] as const;
const services = [service('a/web'), service('b/web')];
const root = (id: 'a/ra' | 'b/rb', ...routes: Parameters<typeof route>[0][]) =>
  ingressRoute(id, {
    fqdn: id === 'a/ra' ? 'a.com' : 'b.com',
    routes: routes.map((match) => delegate(match, 'a/child')),
  });
const child = ingressRoute('a/child', { routes: [route('/blog', 'web:80')] });
const orphanText = 'this IngressRoute is not part of a delegation chain from a root IngressRoute';

const misspelt = { path: 'spec.virtualHost', nearest: 'virtualhost' };
const cases: readonly Case[] = [
  {
    name: 'a reached child',
    objects: [child, root('a/ra', '/blog')],
    status: 'valid',
    description: 'valid IngressRoute',
  },
  {
    name: 'nobody reaches it',
    objects: [child],
    status: 'orphaned',
    description: orphanText,
    codes: ['Orphaned?'],
  },
  {
    name: 'nobody reaches it, and it has mistakes of its own',
    objects: [
      ingressRoute('a/child', { routes: [route('/z'), route('', 'web:80')], unknownFields: [misspelt] }),
    ],
    status: 'orphaned',
    description: orphanText,
    codes: ['MatchMissing', 'NoTarget', 'Orphaned?', 'UnknownField?'],
  },
  {
    name: 'a root without a claim has all its mistakes told',
    objects: [ingressRoute('a/ra', { fqdn: '*', routes: [route('/z')] })],
    status: 'invalid',
    description: /is not one exact DNS name/,
    codes: ['FqdnInvalid', 'NoTarget'],
  },
  {
    name: 'every chain has a problem',
    objects: [child, root('a/ra', '/x'), root('b/rb', '/y')],
    status: 'invalid',
    description: /^match "\/blog" lies outside of "\/x", which IngressRoute a\/ra delegates/,
    codes: ['PrefixMismatch', 'PrefixMismatch'],
  },
  {
    name: 'only some chains have one: a warning that names the root',
    objects: [child, root('a/ra', '/blog'), root('b/rb', '/y')],
    status: 'valid',
    description: 'valid IngressRoute',
    codes: ['PrefixMismatch?'],
  },
  {
    name: 'an own problem, reached twice, is told once',
    objects: [
      ingressRoute('a/child', { routes: [route('/blog', 'none:80')] }),
      root('a/ra', '/blog'),
      root('b/rb', '/blog'),
    ],
    status: 'invalid',
    description: /^route "\/blog": Service \[none:80\] is invalid or missing/,
    codes: ['ServiceMissing'],
  },
  {
    name: 'the only root is not served',
    objects: [
      child,
      ingressRoute('a/ra', { fqdn: 'a.com', tls: 'none', routes: [delegate('/blog', 'child')] }),
    ],
    status: 'invalid',
    description: /^IngressRoute a\/ra is not served because of problems of its own/,
    codes: ['RootNotServed'],
  },
  {
    name: 'a root in a forbidden namespace',
    objects: [root('a/ra', '/blog'), child],
    settings: { rootNamespaces: new Set(['b']) },
    status: 'invalid',
    description: 'root IngressRoute cannot be defined in this namespace',
    codes: ['RootNamespaceForbidden'],
  },
  {
    name: 'a root whose name no host can have is in no report',
    objects: [ingressRoute('a/ra', { fqdn: '*.a.com', routes: [route('/', 'web:80')] })],
    status: 'invalid',
    description: /^fqdn "\*\.a\.com" is not one exact DNS name/,
    codes: ['FqdnInvalid'],
  },
  {
    name: 'the worst is the description',
    objects: [ingressRoute('a/ra', { fqdn: 'a.com', routes: [route('/a*', 'web:80'), route('/z')] })],
    status: 'invalid',
    description: /^route "\/z": route has neither services nor delegate/,
    codes: ['NoTarget', 'MatchEnding?'],
  },
  {
    name: 'warnings leave it valid',
    objects: [ingressRoute('a/ra', { fqdn: 'a.com', routes: [route('/a*', 'web:80')] })],
    status: 'valid',
    description: 'valid IngressRoute',
    codes: ['MatchEnding?'],
  },
  {
    name: "Envoy's refusal",
    objects: [root('a/ra', '/blog'), child],
    refusal: 'no\nway',
    status: 'invalid',
    description: /or 503 if there is none: no way$/,
    codes: ['EnvoyRefused'],
  },
  {
    name: 'a valid Ingress of two hosts',
    objects: [ingress('a/i', { rules: hosts.map((host) => rule(host, path('/', 'web:80'))) })],
    status: 'valid',
    description: 'valid Ingress',
  },
  {
    name: 'an Ingress that loses one of its hosts',
    objects: [
      ingress('a/i', { rules: hosts.map((host) => rule(host, path('/', 'web:80'))) }),
      root('b/rb', '/blog'),
      child,
    ].map((object, index) => ({ ...object, created: 9 - index })),
    status: 'invalid',
    description: /^host "b\.com" is already used by IngressRoute b\/rb of another namespace/,
    codes: ['HostTaken'],
  },
  {
    name: 'an Ingress with a host that is none, something unreadable, and annotations of later',
    objects: [
      ingress('a/i', {
        rules: [rule('a b'), rule('a.com', path('/', 'web:80'))],
        malformed: [{ path: 'spec.rules[2].host', message: 'must be a string' }],
        annotations: { 'contour.heptio.com/num-retries': '1' },
      }),
    ],
    status: 'invalid',
    description: /^host "a b"/,
    codes: ['HostInvalid', 'MalformedField', 'AnnotationIgnored?'],
  },
  {
    name: 'a TLSCertificateDelegation',
    objects: [certificateDelegation('a/d', 'cert', '*')],
    status: 'valid',
    description: 'valid TLSCertificateDelegation',
  },
  {
    name: 'a malformed TLSCertificateDelegation',
    objects: [
      {
        ...certificateDelegation('a/d', 'cert'),
        malformed: [{ path: 'spec.delegations', message: 'must be a list' }],
      },
    ],
    status: 'invalid',
    description: 'spec.delegations must be a list',
    codes: ['MalformedField'],
  },
];

function reportsOn(
  key: ObjectKey,
  objects: readonly KubernetesObject[],
  settings: GraphSettings,
): readonly Report[] {
  const view = viewOf([...objects, ...services]);
  return hosts.flatMap((host) => buildHost(view, settings, host).reports.get(key) ?? []);
}

for (const { name, objects, settings: changed, refusal, status, description, codes = [] } of cases) {
  test(name, () => {
    const [object] = objects;
    assert.ok(object);
    const settings = { ...defaultSettings, ...changed };
    const reports = reportsOn(keyOf(object), objects, settings);
    const verdict = verdictOf(object, reports, settings, { refusal });
    assert.equal(verdict.currentStatus, status);
    if (typeof description === 'string') assert.equal(verdict.description, description);
    else assert.match(verdict.description, description);
    assert.deepEqual(
      verdict.problems.map(({ code, severity }) => (severity === 'warning' ? `${code}?` : code)),
      codes,
    );
    assert.deepEqual(verdictOf(object, reports.toReversed(), settings, { refusal }), verdict);
  });
}
