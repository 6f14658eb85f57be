// What people and programs read: the table, the JSON, and the notes beside them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawObject } from '../store/events.ts';
import { delegateTo, ingress, ingressRoute, routeTo, service } from '../testing/manifests.ts';
import { reportJson } from './json.ts';
import { notesOf } from './notes.ts';
import { type Report, reportOf } from './report.ts';
import { reportTable } from './table.ts';
import { judged } from './testing/judged.ts';

function report(files: readonly RawObject[], cluster?: readonly RawObject[], notRead: string[] = []): Report {
  const located = files.map((object, index) => ({ object, file: `${index}.yaml`, line: 1 }));
  return reportOf(judged(files, cluster), { files: located, ignored: [], notRead: new Set(notRead) });
}
const plain = { colour: false };
const aged = { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } };
const web = service('shop/web');
const root = (where: string, fqdn: string, ...services: string[]) =>
  ingressRoute(where, { fqdn, routes: services.map((name, at) => routeTo(`/${at}`, name)) });

describe('the table', () => {
  it('has the worst last, problems under their objects, and a summary', () => {
    const files = [
      root('shop/broken', 'broken.test', 'none'),
      ingressRoute('shop/orphan', { routes: [routeTo('/', 'web')] }),
      ingressRoute('shop/warned', { fqdn: 'warned.test' }),
      ...[root('shop/fine', 'fine.test', 'web'), web],
    ];
    assert.deepEqual(reportTable(report(files), plain).split('\n'), [
      'KIND          OBJECT       STATUS    FILE',
      'IngressRoute  shop/fine    valid     3.yaml:1',
      'IngressRoute  shop/warned  valid     2.yaml:1',
      '  warning  NoRoutes  spec.routes is empty, so nothing is served; add a route',
      'IngressRoute  shop/orphan  orphaned  1.yaml:1',
      '  warning  Orphaned  this IngressRoute is not part of a delegation chain from a root IngressRoute',
      'IngressRoute  shop/broken  invalid   0.yaml:1',
      '  error  ServiceMissing  /0  Service [none:80] is invalid or missing: there is no Service shop/none',
      '',
      '2 valid, 1 invalid, 1 orphaned; 1 warning',
      '',
    ]);
  });

  it('is a summary if there is nothing else', () => {
    assert.equal(reportTable(report([web]), plain), '0 valid, 0 invalid, 0 orphaned\n');
  });

  it('tells how many problems are not listed', () => {
    const many = root('shop/many', 'a.test', ...Array.from({ length: 33 }, () => 'none'));
    assert.match(reportTable(report([many]), plain), /\n {2}and 13 more\n/);
  });

  it('tells what would change in the cluster', () => {
    const child = ingressRoute('cart/routes', { routes: [routeTo('/cart', 'cart')] });
    const parent = { ...ingressRoute('shop/root', { fqdn: 'a.test', ...aged }) };
    const delegating = ingressRoute('shop/root', {
      fqdn: 'a.test',
      routes: [delegateTo('/cart', 'cart/routes')],
    });
    const text = reportTable(report([parent], [child, service('cart/cart'), delegating]), plain);
    const [, part = ''] = text.split('would change in the cluster:\n');
    assert.deepEqual(part.split('\n').slice(0, 2), [
      'IngressRoute cart/routes: valid -> orphaned',
      '  warning  Orphaned  this IngressRoute is not part of a delegation chain from a root IngressRoute',
    ]);
    assert.match(part, /1 object of the cluster worse off\n$/);
  });

  it('tells that problems of an object of the cluster go away', () => {
    const half = root('shop/a', 'a.test', 'web', 'none');
    const text = reportTable(
      report([service('shop/none')], [half, root('bank/b', 'b.test', 'none'), web]),
      plain,
    );
    assert.match(text, /IngressRoute shop\/a: invalid -> valid\n/);
    const other = reportTable(report([web], [half]), plain);
    assert.match(other, /IngressRoute shop\/a: still invalid, with fewer problems\n/);
  });

  it('shows a hundred of many changes, the worst among them', () => {
    const numbers = Array.from({ length: 150 }, (_, at) => at);
    const delegating = (ones: readonly number[], more = {}) =>
      ingressRoute('shop/root', {
        ...{ fqdn: 'a.test', ...more },
        routes: ones.map((at) => delegateTo(`/${at}`, `cart/c${at}`)),
      });
    const cluster = [
      ...numbers.map((at) => ingressRoute(`cart/c${at}`, { routes: [routeTo(`/${at}`, 'cart')] })),
      ...[service('cart/cart'), delegating([0], aged)],
    ];
    const text = reportTable(report([delegating(numbers.slice(1))], cluster), plain);
    assert.match(text, /\n50 more, none of them worse than these; -o json has all\n/);
    assert.match(text, /IngressRoute cart\/c0: valid -> orphaned\n/);
  });

  it('escapes what users wrote, and colours for people', () => {
    const files = [{ object: root('shop/a', 'a.test', 'none'), file: 'a\u001b[31m.yaml', line: 2 }];
    const made = reportOf(judged(files.map(({ object }) => object)), {
      ...{ files, ignored: [], notRead: new Set<string>() },
    });
    assert.match(reportTable(made, plain), /a\\u\{1b\}\[31m\.yaml:2/);
    assert.ok(reportTable(made, { colour: true }).includes('\u001b[31minvalid\u001b[0m'));
  });
});

describe('the JSON', () => {
  it('has the documented fields, the same bytes in whatever order the files are', () => {
    const files = [root('shop/b', 'b.test', 'web'), root('shop/a', 'a.test', 'none'), web];
    const text = reportJson(report(files), { failed: true });
    const { objects, changes, summary } = JSON.parse(text);
    assert.deepEqual(
      objects.map(({ name }: { name: string }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(objects[0], {
      ...{ kind: 'IngressRoute', namespace: 'shop', name: 'a', file: '1.yaml', line: 1 },
      currentStatus: 'invalid',
      description: 'route "/0": Service [none:80] is invalid or missing: there is no Service shop/none',
      problems: [
        {
          ...{ code: 'ServiceMissing', severity: 'error', route: '/0' },
          message: 'Service [none:80] is invalid or missing: there is no Service shop/none',
        },
      ],
      ...{ problemsCount: 1, reachedFrom: [], reachedFromCount: 0, notRead: [] },
    });
    assert.deepEqual(changes, []);
    const counts = { valid: 1, invalid: 1, orphaned: 0, warnings: 0 };
    assert.deepEqual(summary, { ...counts, ignored: {}, worse: 0, failed: true });
    const located = files.map((object, index) => ({ object, file: `${index}.yaml`, line: 1 }));
    const reversed = reportOf(judged(files), {
      ...{ files: located.toReversed(), ignored: [], notRead: new Set<string>() },
    });
    assert.equal(reportJson(reversed, { failed: true }), text);
  });

  it('has both sides of a change, null for what was not ours', () => {
    const theirs = ingress('shop/a', { hosts: { 'a.test': 'web' }, ingressClass: 'edge' });
    const edge = {
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'edge' } },
      spec: { controller: 'contour.heptio.com/ingress-controller' },
    };
    const { changes } = JSON.parse(reportJson(report([edge], [theirs, web]), { failed: false }));
    assert.deepEqual(changes, [
      {
        ...{ kind: 'Ingress', namespace: 'shop', name: 'a', worse: false, before: null },
        after: {
          ...{ currentStatus: 'valid', description: 'valid Ingress', problems: [], problemsCount: 0 },
        },
      },
    ]);
  });
});

describe('the notes', () => {
  const alone = { against: 'nothing' } as const;
  const against = { against: 'cluster' } as const;
  const one = (pattern: RegExp, notes: readonly string[]) => {
    assert.equal(notes.length, 1, notes.join('\n'));
    assert.match(notes[0] ?? '', pattern);
  };

  it('none if all is valid', () => {
    assert.deepEqual(notesOf(report([root('shop/a', 'a.test', 'web'), web]), alone), []);
  });

  it('what was not looked at, old versions of our kinds by their version', () => {
    const other = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'a' } });
    const files = [
      ...[root('shop/a', 'a.test', 'web'), web],
      ...[other('apps/v1', 'Deployment'), other('apps/v1', 'Deployment')],
      ...[other('extensions/v1beta1', 'Ingress'), other('v1', 'Bad\u001b')],
    ];
    assert.deepEqual(notesOf(report(files), alone), [
      '4 objects of other kinds were not looked at: Deployment (2), extensions/v1beta1/Ingress (1), Bad\\u{1b} (1)',
    ]);
  });

  it('objects of another class', () => {
    const theirs = ingress('shop/theirs', { ingressClass: 'nginx' });
    one(
      /^1 object is of another class and was not judged: Ingress shop\/theirs$/,
      notesOf(report([theirs]), alone),
    );
  });

  it('nothing at all', () => one(/^nothing was judged/, notesOf(report([web]), alone)));

  it('orphans, and where their root may be', () => {
    const orphan = ingressRoute('shop/orphan', { routes: [routeTo('/', 'web')] });
    one(/^1 IngressRoute is orphaned: .*--against-cluster/, notesOf(report([orphan, web]), alone));
    one(/or the cluster delegates there.*--strict fails on it$/, notesOf(report([orphan], [web]), against));
  });

  it('where to look for what is missing, unless all is known', () => {
    const broken = root('shop/a', 'a.test', 'none');
    one(/--ignore ServiceMissing$/, notesOf(report([broken]), alone));
    assert.deepEqual(notesOf(report([broken], []), against), []);
  });

  it('Secrets that were not read', () => {
    const tls = ingressRoute('shop/a', { fqdn: 'a.test', secretName: 'cert', routes: [routeTo('/', 'web')] });
    const made = report([tls], [web], ['shop/cert']);
    one(/^not allowed to read 1 Secret: shop\/cert; .*can-i get secrets -n shop/, notesOf(made, against));
    assert.match(reportTable(made, plain), /\n {2}unknown {2}not allowed to read Secret shop\/cert;/);
  });
});
