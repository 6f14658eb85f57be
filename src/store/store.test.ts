import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { objectKey } from '../dag/objects.ts';
import * as manifests from '../testing/manifests.ts';
import { applied, deleted } from '../testing/manifests.ts';
import type { ObjectEvent, RawObject } from './events.ts';
import { createStore, type StoreSettings } from './store.ts';

const settings: StoreSettings = { ingressClassName: undefined, allowLoopbackEndpoints: false };

function storeOf(objects: readonly RawObject[], more: Partial<StoreSettings> = {}) {
  const store = createStore({ ...settings, ...more });
  for (const object of objects) store.apply(applied(object));
  return store;
}

const root = manifests.ingressRoute('a/x', { fqdn: 'One.com', routes: [manifests.routeTo('/', 's')] });

describe('store: what is a change', () => {
  test('of an IngressRoute: itself and the claims of its old and new host', () => {
    const store = storeOf([]);
    assert.deepEqual(store.apply(applied(root)), {
      dependencies: ['IngressRoute/a/x', 'claim/one.com'],
      services: [],
      userEdit: true,
    });
    const moved = manifests.ingressRoute('a/x', { fqdn: 'two.com' });
    assert.deepEqual(store.apply(applied(moved))?.dependencies, [
      'IngressRoute/a/x',
      'claim/one.com',
      'claim/two.com',
    ]);
    assert.deepEqual(store.apply(deleted(moved))?.dependencies, ['IngressRoute/a/x', 'claim/two.com']);
    assert.equal(store.apply(deleted(moved)), undefined);
    assert.equal(store.size(), 0);
  });

  const unread: readonly [name: string, before: RawObject, after: RawObject][] = [
    ['the same again', root, structuredClone(root)],
    ['a status', root, { ...root, status: { currentStatus: 'valid' } }],
    [
      'resourceVersion, managedFields, labels and foreign annotations',
      root,
      {
        ...root,
        metadata: {
          namespace: 'a',
          name: 'x',
          resourceVersion: '9',
          managedFields: [{}],
          labels: { a: 'b' },
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
        },
      },
    ],
    [
      'a field of a Service that is not read',
      manifests.service('a/s'),
      manifests.service('a/s', { clusterIP: '10.0.0.1', selector: { app: 'x' } }),
    ],
    [
      'an address that is filtered',
      manifests.endpointSlice('a/e', 's', ['10.0.0.1']),
      manifests.endpointSlice('a/e', 's', ['10.0.0.1', '127.0.0.1']),
    ],
  ];
  for (const [name, before, after] of unread) {
    test(`none: ${name}`, () => {
      const store = storeOf([before]);
      assert.equal(store.apply(applied(after)), undefined);
      assert.equal(store.counts().unchanged, 1);
    });
  }

  test('none: another kind, counted; a bounded number of kinds', () => {
    const store = storeOf([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }]);
    assert.equal(store.counts().ignored.get('v1/ConfigMap'), 1);
    for (let i = 0; i < 1_000; i++) store.apply(applied({ apiVersion: 'v1', kind: `K${i}` }));
    store.apply(applied({ apiVersion: 'v1', kind: 'Service', metadata: {} }));
    assert.ok(store.counts().ignored.size <= 101);
    assert.equal(
      storeOf([{ apiVersion: 'v1', kind: 'Service' }])
        .counts()
        .ignored.get('v1/Service without a usable name'),
      1,
    );
  });

  test('the newest resourceVersion is kept', () => {
    const store = storeOf([root, { ...root, metadata: { namespace: 'a', name: 'x', resourceVersion: '9' } }]);
    assert.equal(store.object('IngressRoute/a/x')?.resourceVersion, '9');
    assert.deepEqual([...store.counts().objects], [['IngressRoute', 1]]);
  });
});

describe('store: endpoints', () => {
  const addressesOf = (store: ReturnType<typeof storeOf>) =>
    store.endpoints('a', 's').flatMap((slice) => slice.endpoints.flatMap(({ addresses }) => addresses));

  test('change services, not hosts; sorted by name', () => {
    const store = storeOf([]);
    const change = store.apply(applied(manifests.endpointSlice('a/e2', 's', ['10.0.0.2'])));
    assert.deepEqual(change, { dependencies: [], services: ['a/s'], userEdit: false });
    store.apply(applied(manifests.endpointSlice('a/e1', 's', ['10.0.0.1'])));
    assert.deepEqual(addressesOf(store), ['10.0.0.1', '10.0.0.2']);
    const moved = store.apply(applied(manifests.endpointSlice('a/e1', 't', ['10.0.0.1'])));
    assert.deepEqual(moved?.services, ['a/s', 'a/t']);
    assert.equal(store.apply(applied(manifests.endpointSlice('a/e3', '', ['10.0.0.1']))), undefined);
  });

  const special = ['127.0.0.1', '127.9.9.9', '0.0.0.0', '169.254.169.254', '::1', '::', 'fe80::1'];
  const ordinary = ['10.0.0.1', '2001:db8::1', 'fd00::1', '192.168.0.1'];
  const unusable = ['localhost', 'a.com', '', '10.0.0.01', '10.0.0.1:80', 'fe80::1%eth0'];
  for (const allowLoopbackEndpoints of [true, false]) {
    test(`special addresses ${allowLoopbackEndpoints ? 'are allowed' : 'are left out'}`, () => {
      const slice = manifests.endpointSlice('a/e', 's', [...special, ...ordinary, ...unusable]);
      const store = storeOf([slice], { allowLoopbackEndpoints });
      assert.deepEqual(addressesOf(store), allowLoopbackEndpoints ? [...special, ...ordinary] : ordinary);
    });
  }

  test('an Endpoints object: subsets come and go; real slices win', () => {
    const endpoints = (subsets: readonly string[]): RawObject => ({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { namespace: 'a', name: 's' },
      subsets: subsets.map((ip) => ({ addresses: [{ ip }], ports: [{ port: 80 }] })),
    });
    const store = storeOf([endpoints(['10.0.0.1', '10.0.0.2', '10.0.0.3'])]);
    assert.equal(addressesOf(store).length, 3);
    assert.deepEqual(store.apply(applied(endpoints(['10.0.0.1'])))?.services, ['a/s']);
    assert.deepEqual(addressesOf(store), ['10.0.0.1']);
    const slice = manifests.endpointSlice('a/s-1', 's', ['10.0.0.9']);
    store.apply(applied(slice));
    assert.deepEqual(addressesOf(store), ['10.0.0.9']);
    store.apply(deleted(slice));
    store.apply(deleted({ apiVersion: 'v1', kind: 'Endpoints', metadata: { namespace: 'a', name: 's' } }));
    assert.equal(store.size(), 0);
  });
});

describe('store: grants', () => {
  test('each change names the targets that differ', () => {
    const store = storeOf([]);
    /** What changed, without the object itself, which always does. */
    const changed = (name: string, event: ObjectEvent) => {
      const [own, ...grants] = store.apply(event)?.dependencies ?? [];
      assert.equal(own, `TLSCertificateDelegation/o/${name}`);
      return grants;
    };
    const grant = (name: string, targets: readonly string[]) =>
      changed(name, applied(manifests.certificateDelegation(`o/${name}`, 's', targets)));
    assert.deepEqual(grant('one', ['a', 'b']), ['grant/o/s/a', 'grant/o/s/b']);
    assert.deepEqual(grant('one', ['b', 'c']), ['grant/o/s/a', 'grant/o/s/c']);
    assert.deepEqual(grant('two', ['b']), []);
    assert.deepEqual(grant('one', ['c', 'c', 'b', 'b']), []);
    assert.deepEqual(grant('two', ['b', '*']), ['grant/o/s/*']);
    assert.deepEqual(grant('one', ['d']), []);
    assert.ok(store.view.granted('o', 's', 'z'));
    assert.ok(!store.view.granted('o', 't', 'z'));
    assert.ok(!store.view.granted('p', 's', 'z'));
    const all = changed('two', deleted(manifests.certificateDelegation('o/two', 's', [])));
    assert.deepEqual(all, ['grant/o/s/*']);
    assert.ok(!store.view.granted('o', 's', 'b'));
    assert.ok(store.view.granted('o', 's', 'd'));
    store.apply(deleted(manifests.certificateDelegation('o/one', 's', [])));
    assert.equal(store.size(), 0);
  });
});

describe('store: secrets', () => {
  test('absent is nothing, or unknown until the source says that there is none', () => {
    assert.equal(storeOf([]).view.secret('a', 's'), undefined);
    const asked = new Set<string>();
    const store = createStore({
      ...settings,
      absentSecret: (_namespace, name) => (asked.has(name) ? undefined : 'unknown'),
    });
    assert.equal(store.view.secret('a', 's'), 'unknown');
    asked.add('s');
    assert.deepEqual(store.apply(deleted(manifests.secret('a/s')))?.dependencies, ['Secret/a/s']);
    assert.equal(store.view.secret('a', 's'), undefined);
  });

  test('an equal Secret stays the same object', () => {
    const store = storeOf([manifests.secret('a/s', { 'tls.crt': 'C' })]);
    const before = store.object(objectKey('Secret', 'a', 's'));
    assert.equal(store.apply(applied(manifests.secret('a/s', { 'tls.crt': 'C' }))), undefined);
    assert.equal(store.object('Secret/a/s'), before);
    assert.ok(store.apply(applied(manifests.secret('a/s', { 'tls.crt': 'D' }))));
  });
});
