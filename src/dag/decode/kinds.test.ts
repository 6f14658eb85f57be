import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as manifests from '../../testing/manifests.ts';
import type { Ingress, KubernetesObject, Secret, Service } from '../objects.ts';
import { decode } from './index.ts';

const decoded = (raw: object): readonly KubernetesObject[] => {
  const objects = decode({ ...raw });
  assert.notEqual(objects, 'unknown');
  return objects === 'unknown' ? [] : objects;
};

function one<T extends KubernetesObject>(raw: object, is: (object: KubernetesObject) => object is T): T {
  const [object] = decoded(raw);
  assert.ok(object && is(object));
  return object;
}

const isIngress = (object: KubernetesObject): object is Ingress => object.kind === 'Ingress';
const isSecret = (object: KubernetesObject): object is Secret => object.kind === 'Secret';
const isService = (object: KubernetesObject): object is Service => object.kind === 'Service';

describe('decode: Ingress', () => {
  const withSpec = (spec: unknown) => one({ ...manifests.ingress('a/x', {}), spec }, isIngress);
  const backend = { service: { name: 's', port: { name: 'http' } } };

  test('rules, paths, default backend, TLS and class', () => {
    const ingress = withSpec({
      ingressClassName: 'contour',
      defaultBackend: { service: { name: 'd', port: { number: 81 } } },
      tls: [{ hosts: ['a.com'], secretName: 's' }, {}],
      rules: [
        { host: 'a.com', http: { paths: [{ path: '/p', pathType: 'Exact', backend }, { backend }] } },
        {},
      ],
    });
    assert.equal(ingress.ingressClassName, 'contour');
    assert.deepEqual(ingress.defaultBackend, { name: 'd', port: 81 });
    assert.deepEqual(ingress.tls, [
      { hosts: ['a.com'], secretName: 's' },
      { hosts: [], secretName: '' },
    ]);
    const to = { name: 's', port: 'http' };
    assert.deepEqual(ingress.rules, [
      {
        host: 'a.com',
        paths: [
          { path: '/p', pathType: 'Exact', backend: to },
          { path: '/', pathType: 'ImplementationSpecific', backend: to },
        ],
      },
      { host: '', paths: [] },
    ]);
    assert.deepEqual(ingress.malformed, []);
  });

  test('a rule whose host is unreadable is not one for all hosts', () => {
    const ingress = withSpec({ rules: [{ host: 5, http: { paths: [{ backend }] } }] });
    assert.deepEqual(ingress.rules, []);
    assert.deepEqual(ingress.malformed, [
      { path: 'spec.rules[0].host', message: 'must be a string; write it in quotes' },
    ]);
  });

  test('a path whose type or backend is unreadable keeps its place without a backend', () => {
    const paths = [
      { path: '/a', pathType: 'Regex', backend },
      { path: '/b', pathType: 'Prefix', backend: { resource: {} } },
      { path: '/c', pathType: 'Prefix', backend: { service: [] } },
      { path: {}, backend },
    ];
    const ingress = withSpec({ rules: [{ http: { paths } }] });
    assert.deepEqual(
      ingress.rules[0]?.paths.map(({ path, backend }) => [path, backend]),
      [
        ['/a', undefined],
        ['/b', undefined],
        ['/c', undefined],
      ],
    );
    assert.deepEqual(
      ingress.malformed.map(({ path }) => path.replace('spec.rules[0].http.paths', '')),
      ['[0].pathType', '[1].backend.resource', '[2].backend.service', '[3].path'],
    );
  });
});

describe('decode: v1', () => {
  test('a Secret keeps three keys, decoded; stringData wins', () => {
    const raw = manifests.secret('a/x', { 'tls.crt': 'C', 'tls.key': 'K', other: 'O' });
    const secret = one({ ...raw, stringData: { 'tls.key': 'plain', 'ca.crt': 7 } }, isSecret);
    const text = [...secret.data].map(([key, value]) => [key, Buffer.from(value).toString()]);
    assert.deepEqual(text, [
      ['tls.crt', 'C'],
      ['tls.key', 'plain'],
    ]);
    assert.equal(secret.type, 'kubernetes.io/tls');
    const big = Buffer.alloc(1_048_577).toString('base64');
    assert.equal(one({ ...raw, data: { 'tls.crt': big } }, isSecret).data.size, 0);
  });

  test('a Service has an external name only by its type', () => {
    const ports = [{ name: 'a', port: 80 }, { port: 'x' }, { port: 53, protocol: 'UDP' }];
    const spec = { ports, externalName: 'e' };
    assert.deepEqual(one(manifests.service('a/x', spec), isService).ports, [
      { name: 'a', port: 80, protocol: 'TCP' },
      { name: '', port: 53, protocol: 'UDP' },
    ]);
    assert.equal(one(manifests.service('a/x', spec), isService).externalName, undefined);
    assert.equal(
      one(manifests.service('a/x', { ...spec, type: 'ExternalName' }), isService).externalName,
      'e',
    );
  });
});
