import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { delegateTo, ingress, ingressClass, ingressRoute, routeTo, service } from '../testing/manifests.ts';
import { judgedKey } from './judge.ts';
import { judged, words } from './testing/judged.ts';

const aged = (year: number) => ({
  metadata: { creationTimestamp: `${year}-01-01T00:00:00Z`, uid: `${year}` },
});
const root = (where: string, fqdn: string, options = {}) =>
  ingressRoute(where, { fqdn, routes: [routeTo('/', 'web')], ...options });

describe('files by themselves', () => {
  it('are judged as serve judges a folder', () => {
    const { after, before } = judged([
      root('shop/a', 'a.test'),
      root('bank/b', 'b.test'),
      service('shop/web'),
    ]);
    assert.deepEqual(words(after), {
      'IngressRoute/bank/b': 'invalid ServiceMissing',
      'IngressRoute/shop/a': 'valid',
    });
    assert.equal(before.size, 0);
  });

  it('count what is of other kinds and versions', () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } };
    const old = { apiVersion: 'extensions/v1beta1', kind: 'Ingress', metadata: { name: 'a' } };
    for (const cluster of [undefined, [deployment]]) {
      const { others } = judged([deployment, deployment, old, service('shop/web')], cluster);
      assert.deepEqual(
        [...others],
        [
          ['apps/v1/Deployment', 2],
          ['extensions/v1beta1/Ingress', 1],
        ],
      );
    }
  });
});

describe('files as if applied', () => {
  it('use the Services and roots of the cluster', () => {
    const child = ingressRoute('cart/routes', { routes: [routeTo('/cart', 'cart')] });
    const parent = ingressRoute('shop/root', {
      fqdn: 'shop.test',
      routes: [delegateTo('/cart', 'cart/routes')],
    });
    const { after, before } = judged([child], [parent, service('cart/cart')]);
    assert.deepEqual(words(before), { 'IngressRoute/shop/root': 'invalid DelegateMissing' });
    assert.deepEqual(words(after), {
      'IngressRoute/cart/routes': 'valid',
      'IngressRoute/shop/root': 'valid',
    });
    const { reachedFrom } = after.get('IngressRoute/cart/routes') ?? {};
    assert.deepEqual(reachedFrom, [{ fqdn: 'shop.test', prefix: '/cart', root: 'shop/root', tls: false }]);
  });

  it('lose a host to who had it, even with an older time in the file', () => {
    const { after } = judged(
      [root('bank/root', 'shop.test', aged(1999)), service('bank/web')],
      [root('shop/root', 'shop.test', aged(2020)), service('shop/web')],
    );
    assert.deepEqual(words(after), {
      'IngressRoute/bank/root': 'invalid FqdnTaken',
      'IngressRoute/shop/root': 'valid',
    });
  });

  it('keep the host that the object had before', () => {
    const { after } = judged(
      [root('shop/root', 'shop.test')],
      [
        root('shop/root', 'shop.test', aged(2020)),
        root('bank/root', 'shop.test', aged(2021)),
        ...[service('shop/web'), service('bank/web')],
      ],
    );
    assert.deepEqual(words(after), {
      'IngressRoute/bank/root': 'invalid FqdnTaken',
      'IngressRoute/shop/root': 'valid',
    });
  });

  it('take from others what they no longer give', () => {
    const parent = (routes: object[]) => ({
      ...ingressRoute('shop/root', { fqdn: 'shop.test', ...aged(2020) }),
      spec: { virtualhost: { fqdn: 'shop.test' }, routes },
    });
    const { before, after } = judged(
      [parent([routeTo('/', 'web')])],
      [
        parent([delegateTo('/cart', 'cart/routes')]),
        ingressRoute('cart/routes', { routes: [routeTo('/cart', 'cart')] }),
        ...[service('cart/cart'), service('shop/web')],
      ],
    );
    assert.equal(words(before)['IngressRoute/cart/routes'], 'valid');
    assert.equal(words(after)['IngressRoute/cart/routes'], 'orphaned Orphaned');
  });

  it('change nothing if they are what is there', () => {
    const cluster = [root('shop/root', 'shop.test', aged(2020)), service('shop/web')];
    const { before, after } = judged(cluster, cluster);
    assert.deepEqual([...after], [...before]);
  });

  it('an IngressClass makes Ingresses of the cluster ours', () => {
    const theirs = ingress('shop/a', { hosts: { 'a.test': 'web' }, ingressClass: 'edge' });
    const { before, after } = judged([ingressClass('edge')], [theirs, service('shop/web')]);
    assert.deepEqual([words(before), words(after)], [{}, { 'Ingress/shop/a': 'valid' }]);
  });
});

describe('the key of a verdict', () => {
  it('is that of an object which is judged and has a name', () => {
    assert.equal(judgedKey(ingressRoute('shop/a')), 'IngressRoute/shop/a');
    assert.equal(judgedKey(service('shop/a')), undefined);
    assert.equal(judgedKey(ingressRoute('shop/')), undefined);
    assert.equal(judgedKey({ kind: 'Deployment' }), undefined);
  });
});
