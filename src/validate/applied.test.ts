import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingressRoute, service } from '../testing/manifests.ts';
import { asApplied } from './applied.ts';

const now = new Date('2024-05-01T12:00:00Z');
const old = { uid: 'old-uid', creationTimestamp: '2020-01-01T00:00:00Z' };
const metadataOf = (object: { metadata?: unknown } | undefined) => object?.metadata;

test('what the cluster has keeps its identity and age, whatever the file says of them', () => {
  const exported = {
    uid: 'of another cluster',
    creationTimestamp: '1999-01-01T00:00:00Z',
    labels: { a: 'b' },
  };
  const [applied] = asApplied([ingressRoute('shop/root', { fqdn: 'new.test', metadata: exported })], {
    cluster: [ingressRoute('shop/root', { fqdn: 'old.test', metadata: old })],
    now,
  });
  assert.deepEqual(metadataOf(applied), { namespace: 'shop', name: 'root', labels: { a: 'b' }, ...old });
  assert.deepEqual(applied?.spec, { virtualhost: { fqdn: 'new.test' }, routes: [] });
});

test('what it has not is as young as now, and of another kind, namespace or name is not it', () => {
  const exported = { uid: 'x', creationTimestamp: '1999-01-01T00:00:00Z' };
  const cluster = [
    ingressRoute('shop/other', { metadata: old }),
    ingressRoute('bank/root', { metadata: old }),
    { ...service('shop/root'), metadata: { namespace: 'shop', name: 'root', ...old } },
    { kind: 'IngressRoute', metadata: 'broken' },
  ];
  const [applied] = asApplied([ingressRoute('shop/root', { metadata: exported })], { cluster, now });
  assert.deepEqual(metadataOf(applied), {
    ...{ namespace: 'shop', name: 'root' },
    ...{ uid: undefined, creationTimestamp: '2024-05-01T12:00:00.000Z' },
  });
});
