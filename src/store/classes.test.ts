import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as manifests from '../testing/manifests.ts';
import { applied, deleted } from '../testing/manifests.ts';
import type { RawObject } from './events.ts';
import { createStore } from './store.ts';

const annotated = (value: string) => ({ annotations: { 'kubernetes.io/ingress.class': value } });
const foreign = 'example.com/controller';

interface Case {
  readonly name: string;
  readonly flag?: string;
  readonly classes?: readonly RawObject[];
  readonly object: RawObject;
  readonly ours: boolean;
}

const ingress = (options: Omit<manifests.IngressOptions, 'hosts'>) =>
  manifests.ingress('a/x', { ...options, hosts: { 'one.com': 's' } });
const route = (options: object = {}) => manifests.ingressRoute('a/x', { fqdn: 'one.com', metadata: options });

const cases: readonly Case[] = [
  { name: 'no class, no flag', object: ingress({}), ours: true },
  { name: 'no class, flag', flag: 'fleet', object: ingress({}), ours: false },
  {
    name: 'no class, flag, our class is the default',
    flag: 'fleet',
    classes: [manifests.ingressClass('fleet', { isDefault: true })],
    object: ingress({}),
    ours: true,
  },
  {
    name: 'no class, flag, another class is the default',
    flag: 'fleet',
    classes: [manifests.ingressClass('fleet'), manifests.ingressClass('contour', { isDefault: true })],
    object: ingress({}),
    ours: false,
  },
  { name: 'the default name without an object', object: ingress({ ingressClass: 'contour' }), ours: true },
  {
    name: 'the flag without an object',
    flag: 'fleet',
    object: ingress({ ingressClass: 'fleet' }),
    ours: true,
  },
  {
    name: 'the default name with a flag',
    flag: 'fleet',
    object: ingress({ ingressClass: 'contour' }),
    ours: false,
  },
  { name: 'an unknown class', object: ingress({ ingressClass: 'other' }), ours: false },
  {
    name: 'a class of our controller',
    classes: [manifests.ingressClass('other')],
    object: ingress({ ingressClass: 'other' }),
    ours: true,
  },
  {
    name: 'a class of our controller, with a flag',
    flag: 'fleet',
    classes: [manifests.ingressClass('other')],
    object: ingress({ ingressClass: 'other' }),
    ours: false,
  },
  {
    name: 'a class of another controller',
    classes: [manifests.ingressClass('other', { controller: foreign })],
    object: ingress({ ingressClass: 'other' }),
    ours: false,
  },
  { name: 'annotation', object: ingress({ metadata: annotated('contour') }), ours: true },
  {
    name: 'annotation before field',
    object: ingress({ ingressClass: 'contour', metadata: annotated('other') }),
    ours: false,
  },
  {
    name: 'our annotation before the common one',
    object: ingress({
      metadata: {
        annotations: { ...annotated('other').annotations, 'contour.heptio.com/ingress.class': 'contour' },
      },
    }),
    ours: true,
  },
  { name: 'IngressRoute without annotation, flag', flag: 'fleet', object: route(), ours: true },
  { name: 'IngressRoute, annotation', object: route(annotated('contour')), ours: true },
  { name: 'IngressRoute, another annotation', object: route(annotated('other')), ours: false },
  { name: 'IngressRoute, annotation and flag', flag: 'fleet', object: route(annotated('fleet')), ours: true },
  {
    name: 'IngressRoute, default name and flag',
    flag: 'fleet',
    object: route(annotated('contour')),
    ours: false,
  },
];

describe('classes', () => {
  for (const { name, flag, classes = [], object, ours } of cases) {
    for (const order of ['classes first', 'classes last']) {
      test(`${name}, ${order}: ${ours ? 'ours' : 'not ours'}`, () => {
        const store = createStore({ ingressClassName: flag, allowLoopbackEndpoints: false });
        const objects = order === 'classes first' ? [...classes, object] : [object, ...classes];
        for (const one of objects) store.apply(applied(one));
        const seen = [...store.objects()].filter(({ kind }) => kind !== 'IngressClass').length;
        assert.equal(store.view.claimants('one.com').length, ours ? 1 : 0);
        assert.equal(seen, ours ? 1 : 0);
        assert.equal(store.view.ingressRoute('a', 'x') !== undefined, ours && object.kind === 'IngressRoute');
      });
    }
  }

  test('an IngressClass changes exactly the Ingresses whose matching changed', () => {
    const store = createStore({ ingressClassName: undefined, allowLoopbackEndpoints: false });
    const of = (name: string, ingressClass: string | undefined) =>
      manifests.ingress(`a/${name}`, {
        hosts: { [`${name}.com`]: 's' },
        ...(ingressClass ? { ingressClass } : {}),
      });
    for (const one of [of('x', 'other'), of('y', 'other'), of('z', 'third'), of('none', undefined)]) {
      store.apply(applied(one));
    }
    const expected = ['Ingress/a/x', 'claim/x.com', 'Ingress/a/y', 'claim/y.com'];
    const change = store.apply(applied(manifests.ingressClass('other')));
    assert.deepEqual(change, { dependencies: expected, services: [], userEdit: false });
    assert.equal(store.apply(applied(manifests.ingressClass('other', { isDefault: true }))), undefined);
    assert.equal(store.apply(applied(manifests.ingressClass('unused'))), undefined);
    const gone = store.apply(applied(manifests.ingressClass('other', { controller: foreign })));
    assert.deepEqual(gone?.dependencies, expected);
    assert.equal(store.apply(deleted(manifests.ingressClass('other'))), undefined);
  });

  test('with a flag, the default class decides over Ingresses without a class', () => {
    const store = createStore({ ingressClassName: 'fleet', allowLoopbackEndpoints: false });
    store.apply(applied(ingress({})));
    assert.equal(store.apply(applied(manifests.ingressClass('fleet'))), undefined);
    const byDefault = store.apply(applied(manifests.ingressClass('fleet', { isDefault: true })));
    assert.deepEqual(byDefault?.dependencies, ['Ingress/a/x', 'claim/one.com']);
    assert.deepEqual(
      store.apply(deleted(manifests.ingressClass('fleet')))?.dependencies,
      byDefault?.dependencies,
    );
  });

  test('what is not ours changes nothing', () => {
    const store = createStore({ ingressClassName: undefined, allowLoopbackEndpoints: false });
    assert.equal(store.apply(applied(route(annotated('other')))), undefined);
    assert.equal(store.object('IngressRoute/a/x'), undefined);
    const taken = store.apply(applied(route()));
    assert.deepEqual(taken?.dependencies, ['IngressRoute/a/x', 'claim/one.com']);
    assert.ok(store.apply(applied(route(annotated('other')))));
    assert.equal(store.apply(deleted(route())), undefined);
    assert.equal(store.size(), 0);
  });
});
