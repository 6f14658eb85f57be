import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawObject } from '../store/events.ts';
import { delegateTo, ingress, ingressRoute, routeTo, secret, service } from '../testing/manifests.ts';
import { hasFailed, type Report, reportOf } from './report.ts';
import { judged } from './testing/judged.ts';

interface Given {
  readonly cluster?: readonly RawObject[];
  readonly ignored?: readonly string[];
  readonly notRead?: readonly string[];
}

function report(files: readonly RawObject[], { cluster, ignored = [], notRead = [] }: Given = {}): Report {
  const located = files.map((object, index) => ({ object, file: 'f.yaml', line: index + 1 }));
  return reportOf(judged(files, cluster), { files: located, ignored, notRead: new Set(notRead) });
}

const root = (where: string, ...routes: Parameters<typeof ingressRoute>[1][]) =>
  ingressRoute(where, Object.assign({ fqdn: 'a.test', routes: [routeTo('/', 'web')] }, ...routes));
const aged = { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } };
const orphan = ingressRoute('shop/orphan', { routes: [routeTo('/', 'web')] });
const web = service('shop/web');

describe('the report', () => {
  it('has a row for each judged object of the files, where it is, and nothing of the cluster', () => {
    const { rows, notOurs } = report(
      [web, root('shop/root'), ingress('shop/theirs', { ingressClass: 'nginx' }), orphan],
      { cluster: [ingressRoute('bank/root', { fqdn: 'b.test', ...aged })] },
    );
    assert.deepEqual(
      rows.map(({ verdict, file, line }) => [verdict.object, file, line]),
      [
        ['IngressRoute/shop/root', 'f.yaml', 2],
        ['IngressRoute/shop/orphan', 'f.yaml', 4],
      ],
    );
    assert.deepEqual(notOurs, ['Ingress/shop/theirs']);
  });

  it('counts what is in it and what was left out', () => {
    const files = [
      root('shop/root', { routes: [routeTo('/', 'web'), routeTo('/x', 'none'), routeTo('/y', 'none')] }),
      ingressRoute('shop/empty', { fqdn: 'empty.test' }),
      ...[orphan, web],
    ];
    assert.deepEqual(report(files, { ignored: ['ServiceMissing'] }).summary, {
      ...{ valid: 2, invalid: 0, orphaned: 1, warnings: 1, worse: 0 },
      ignored: new Map([['ServiceMissing', 2]]),
    });
  });

  it('names Secrets that were not read, but none that a file brings', () => {
    const tls = root('shop/root', { secretName: 'cert' });
    const notRead = ['shop/cert', 'shop/other'];
    assert.deepEqual(report([tls], { notRead }).rows[0]?.notRead, ['shop/cert']);
    assert.deepEqual(report([tls, secret('shop/cert')], { notRead }).rows[0]?.notRead, []);
  });
});

describe('what would change in the cluster', () => {
  const parent = (routes: Parameters<typeof ingressRoute>[1]) =>
    ingressRoute('shop/root', { fqdn: 'a.test', ...aged, ...routes });
  const child = ingressRoute('cart/routes', { routes: [routeTo('/cart', 'cart')] });
  const delegating = parent({ routes: [delegateTo('/cart', 'cart/routes')] });
  const cluster = [child, service('cart/cart'), web];
  const codes = ({ changes }: Report) => changes.flatMap(({ added }) => added.map(({ code }) => code));
  const short = ({ changes }: Report) =>
    changes.map(({ object, before, after, worse }) => [
      object,
      `${before?.currentStatus} -> ${after?.currentStatus}`,
      worse,
    ]);

  it('is what becomes worse', () => {
    const orphaning = report([parent({ routes: [routeTo('/', 'web')] })], {
      cluster: [...cluster, delegating],
    });
    assert.deepEqual(short(orphaning), [['IngressRoute/cart/routes', 'valid -> orphaned', true]]);
    assert.deepEqual([orphaning.summary.worse, orphaning.summary.orphaned], [1, 0]);
  });

  it('and what becomes better', () => {
    const reaching = report([delegating], { cluster });
    assert.deepEqual(short(reaching), [['IngressRoute/cart/routes', 'orphaned -> valid', false]]);
  });

  it('another error makes worse what is invalid already; a warning does not', () => {
    const broken = parent({ routes: [routeTo('/', 'none'), delegateTo('/cart', 'cart/routes')] });
    const promoted = ingressRoute('cart/routes', { fqdn: 'cart.test', routes: [routeTo('/', 'cart')] });
    const more = report([promoted], { cluster: [...cluster, broken] });
    assert.deepEqual(short(more), [['IngressRoute/shop/root', 'invalid -> invalid', true]]);
    assert.deepEqual(codes(more), ['DelegateIsRoot']);
    const taking = report([ingressRoute('shop/root', { fqdn: 'a.test', routes: [routeTo('/', 'web')] })], {
      cluster: [ingress('shop/old', { hosts: { 'a.test': 'web' }, ...aged }), web],
    });
    assert.deepEqual(short(taking), [['Ingress/shop/old', 'valid -> valid', false]]);
    assert.deepEqual(codes(taking), ['Shadowed']);
  });

  it('is not what is ignored', () => {
    const ignoring = report([parent({ routes: [routeTo('/', 'web')] })], {
      cluster: [...cluster, delegating],
      ignored: ['Orphaned'],
    });
    assert.deepEqual(short(ignoring), []);
  });

  it('an object that is no longer ours is worse off', () => {
    const old = ingress('shop/old', { hosts: { 'a.test': 'web' }, ingressClass: 'edge' });
    const edge = (controller: string) => ({
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'edge' } },
      spec: { controller },
    });
    const ours = edge('contour.heptio.com/ingress-controller');
    assert.deepEqual(short(report([edge('x')], { cluster: [old, web, ours] })), [
      ['Ingress/shop/old', 'valid -> undefined', true],
    ]);
  });
});

describe('it fails', () => {
  const warned = ingressRoute('shop/empty', { fqdn: 'empty.test' });
  const invalid = root('shop/root', { routes: [routeTo('/', 'none')] });
  const shadowing = {
    files: [ingressRoute('shop/root', { fqdn: 'a.test', routes: [routeTo('/', 'web')] })],
    given: { cluster: [ingress('shop/old', { hosts: { 'a.test': 'web' }, ...aged }), web] },
  };
  const cases: readonly (readonly [name: string, made: Report, plain: boolean, strict: boolean])[] = [
    ['never if all is valid', report([root('shop/root'), web]), false, false],
    ['never if there is nothing', report([web]), false, false],
    ['if an object is invalid', report([invalid]), true, true],
    ['never for what is ignored', report([invalid], { ignored: ['ServiceMissing'] }), false, false],
    ['only if strict for a warning', report([warned]), false, true],
    ['only if strict for an orphan', report([orphan, web]), false, true],
    [
      'only if strict for a Secret that was not read',
      report([root('shop/root', { secretName: 'cert' }), web, secret('shop/x')], {
        notRead: ['shop/cert'],
        ignored: ['SecretMissing'],
      }),
      ...([false, true] as const),
    ],
    ['only if strict for a warning in the cluster', report(shadowing.files, shadowing.given), false, true],
  ];
  for (const [name, made, plain, strict] of cases)
    it(name, () => {
      assert.equal(hasFailed(made, { strict: false }), plain);
      assert.equal(hasFailed(made, { strict: true }), strict);
    });
});
