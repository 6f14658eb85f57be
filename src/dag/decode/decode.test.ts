import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mostRoutes } from '../api/ingressroute.ts';
import { mostServices } from '../api/service.ts';
import type { KubernetesObject } from '../objects.ts';
import { longestText } from './fields.ts';
import { decode } from './index.ts';

function decodeOne<K extends KubernetesObject['kind']>(kind: K, raw: object) {
  const decoded = decode({ ...raw });
  assert.ok(decoded !== 'unknown' && decoded.length === 1);
  const is = (one: KubernetesObject): one is Extract<KubernetesObject, { kind: K }> => one.kind === kind;
  const [object] = decoded.filter(is);
  assert.ok(object);
  return object;
}

const contour = 'contour.heptio.com/v1beta1';
const metadata = { namespace: 'a', name: 'x' };
const noRoute = {
  ...{ services: [], enableWebsockets: false, permitInsecure: false },
  ...{ malformed: [], unknownFields: [] },
};
const route = (spec: unknown) =>
  decodeOne('IngressRoute', { apiVersion: contour, kind: 'IngressRoute', metadata, spec });

describe('decode: IngressRoute', () => {
  test('reads all fields', () => {
    const decoded = decodeOne('IngressRoute', {
      apiVersion: contour,
      kind: 'IngressRoute',
      metadata: {
        ...metadata,
        creationTimestamp: '2020-01-02T03:04:05Z',
        generation: 3,
        uid: 'u1',
        resourceVersion: '77',
        annotations: { 'contour.heptio.com/ingress.class': 'c', 'kubectl.kubernetes.io/last-applied': '{}' },
      },
      spec: {
        virtualhost: { fqdn: 'A.com', tls: { secretName: 's', passthrough: true } },
        tcpproxy: {},
        routes: [
          { match: '/', services: [{ name: 's', port: 80, weight: 0 }], permitInsecure: true },
          { match: '/d', delegate: { name: 'child', namespace: '' }, enableWebsockets: true },
        ],
      },
    });
    assert.deepEqual(decoded, {
      kind: 'IngressRoute',
      namespace: 'a',
      name: 'x',
      created: Date.UTC(2020, 0, 2, 3, 4, 5),
      generation: 3,
      uid: 'u1',
      resourceVersion: '77',
      annotations: new Map([['contour.heptio.com/ingress.class', 'c']]),
      virtualhost: {
        fqdn: 'A.com',
        tls: { secretName: 's', passthrough: true },
      },
      tcpproxy: { services: [], malformed: [], unknownFields: [] },
      routes: [
        {
          ...noRoute,
          match: '/',
          services: [{ name: 's', port: 80, weight: 0 }],
          permitInsecure: true,
        },
        {
          ...noRoute,
          match: '/d',
          delegate: { name: 'child' },
          enableWebsockets: true,
        },
      ],
      malformed: [],
      unknownFields: [],
    });
  });

  const ofObject: readonly [name: string, spec: unknown, paths: readonly string[]][] = [
    ['no spec', undefined, ['spec']],
    ['spec is a list', [], ['spec']],
    ['virtualhost is a string', { virtualhost: 'a.com' }, ['spec.virtualhost']],
    ['fqdn is a number', { virtualhost: { fqdn: 7 } }, ['spec.virtualhost.fqdn']],
    ['tls is true', { virtualhost: { fqdn: 'a.com', tls: true } }, ['spec.virtualhost.tls']],
    [
      'tls fields',
      { virtualhost: { fqdn: 'a', tls: { secretName: [], passthrough: 'yes' } } },
      ['spec.virtualhost.tls.secretName', 'spec.virtualhost.tls.passthrough'],
    ],
    ['routes is an object', { routes: {} }, ['spec.routes']],
    ['a route is a string', { routes: [{}, '/'] }, ['spec.routes[1]']],
    ['a match that nobody can read', { routes: [{ match: {} }] }, ['spec.routes[0].match']],
    ['a match too long', { routes: [{ match: '/'.repeat(longestText + 1) }] }, ['spec.routes[0].match']],
    [
      'too many routes',
      { routes: Array.from({ length: mostRoutes + 1 }, () => ({ match: '/' })) },
      ['spec.routes'],
    ],
    ['a lone surrogate', { virtualhost: { fqdn: '\ud800' } }, ['spec.virtualhost.fqdn']],
  ];
  for (const [name, spec, paths] of ofObject) {
    test(`of the object: ${name}`, () => {
      const decoded = route(spec);
      assert.deepEqual(
        decoded.malformed.map(({ path }) => path),
        paths,
      );
      assert.ok(decoded.routes.every(({ malformed }) => malformed.length === 0));
      assert.ok(decoded.routes.length <= mostRoutes);
    });
  }

  const ofRoute: readonly [name: string, route: object, paths: readonly string[]][] = [
    ['services', { services: {} }, ['services']],
    ['a service', { services: [null] }, ['services[0]']],
    [
      'a service: fields',
      { services: [{ name: 1, port: '80', weight: 1.5 }] },
      ['services[0].name', 'services[0].port', 'services[0].weight'],
    ],
    [
      'numbers out of range',
      { services: [{ name: 's', port: 1e300, weight: 2 ** 31 }] },
      ['services[0].port', 'services[0].weight'],
    ],
    ['not a number', { services: [{ name: 's', port: Number.NaN }] }, ['services[0].port']],
    ['too many services', { services: Array.from({ length: mostServices + 1 }, () => ({})) }, ['services']],
    ['delegate', { delegate: 'x' }, ['delegate']],
    ['delegate: fields', { delegate: { name: 1, namespace: 2 } }, ['delegate.name', 'delegate.namespace']],
    [
      'policies',
      { timeoutPolicy: 1, retryPolicy: { count: '2', perTryTimeout: 3 }, prefixRewrite: [] },
      ['timeoutPolicy', 'retryPolicy.count', 'retryPolicy.perTryTimeout', 'prefixRewrite'],
    ],
    [
      'health check and validation',
      { services: [{ healthCheck: { path: 1, intervalSeconds: 1.5 }, validation: { caSecret: {} } }] },
      [
        'services[0].healthCheck.path',
        'services[0].healthCheck.intervalSeconds',
        'services[0].validation.caSecret',
      ],
    ],
    ['switches', { permitInsecure: 'true', enableWebsockets: 1 }, ['permitInsecure', 'enableWebsockets']],
  ];
  for (const [name, fields, paths] of ofRoute) {
    test(`of a route: ${name}`, () => {
      const decoded = route({ routes: [{ match: '/ok' }, { match: '/', ...fields }] });
      assert.deepEqual(decoded.malformed, []);
      assert.deepEqual(decoded.routes[0]?.malformed, []);
      assert.deepEqual(
        decoded.routes[1]?.malformed.map(({ path }) => path).sort(),
        paths.map((path) => `spec.routes[1].${path}`).sort(),
      );
    });
  }

  test('every field of the API', () => {
    const healthCheck = { path: '/', host: 'h', intervalSeconds: 1, timeoutSeconds: 2 };
    const service = {
      ...{ name: 's', port: 80, weight: 5, strategy: 'Random' },
      healthCheck: { ...healthCheck, unhealthyThresholdCount: 3, healthyThresholdCount: 4 },
      validation: { caSecret: 'ca', subjectName: 'x' },
    };
    const whole = {
      ...{ match: '/', services: [service], delegate: { name: 'd', namespace: 'n' } },
      ...{ enableWebsockets: true, permitInsecure: true, prefixRewrite: '/v1' },
      timeoutPolicy: { request: '1s' },
      retryPolicy: { count: 2, perTryTimeout: '1s' },
    };
    const virtualhost = {
      fqdn: 'a.com',
      tls: { secretName: 's', minimumProtocolVersion: '1.3', passthrough: true },
    };
    const tcpproxy = { services: [service], delegate: { name: 'd', namespace: 'n' } };
    const decoded = route({ virtualhost, routes: [whole], tcpproxy });
    assert.deepEqual(decoded.virtualhost, virtualhost);
    assert.deepEqual(decoded.routes, [{ ...whole, malformed: [], unknownFields: [] }]);
    assert.deepEqual(decoded.tcpproxy, { ...tcpproxy, malformed: [], unknownFields: [] });
  });

  test('what is wrong inside tcpproxy is in it', () => {
    for (const [tcpproxy, path] of [
      ['x', 'spec.tcpproxy'],
      [{ services: [{ port: 'x' }] }, 'spec.tcpproxy.services[0].port'],
    ] as const) {
      const decoded = route({ tcpproxy });
      assert.deepEqual(
        decoded.tcpproxy?.malformed.map((one) => one.path),
        [path],
      );
      assert.deepEqual(decoded.malformed, []);
    }
  });

  test('fields that the API does not have are told with the one that was meant', () => {
    const decoded = route({
      ...{ virtualHost: { fqdn: 'a.com' }, dummy: 1 },
      virtualhost: { fqdn: 'a.com', tls: { secretname: 's', minProtocolVersion: '1.2' } },
      routes: [
        { match: '/', permitinsecure: true, services: [{ name: 's', port: 80, wieght: 1, x: { y: 1 } }] },
      ],
      tcpproxy: { service: [] },
    });
    assert.deepEqual(decoded.unknownFields, [
      { path: 'spec.virtualHost', nearest: 'virtualhost' },
      { path: 'spec.dummy', nearest: undefined },
      { path: 'spec.virtualhost.tls.secretname', nearest: 'secretName' },
      { path: 'spec.virtualhost.tls.minProtocolVersion', nearest: 'minimumProtocolVersion' },
    ]);
    assert.deepEqual(decoded.routes[0]?.unknownFields, [
      { path: 'spec.routes[0].permitinsecure', nearest: 'permitInsecure' },
      { path: 'spec.routes[0].services[0].wieght', nearest: 'weight' },
      { path: 'spec.routes[0].services[0].x', nearest: undefined },
    ]);
    assert.deepEqual(decoded.tcpproxy?.unknownFields, [
      { path: 'spec.tcpproxy.service', nearest: 'services' },
    ]);
    assert.deepEqual(decoded.malformed, []);
  });

  test('of very many mistakes some are kept', () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, 1]));
    assert.equal(route({ routes: [], ...unknown }).unknownFields.length, 20);
    assert.equal(route({ routes: Array.from({ length: 1_000 }, () => 1) }).malformed.length, 100);
  });

  test('null is absent', () => {
    const decoded = route({ virtualhost: null, tcpproxy: null, routes: [{ match: '/', delegate: null }] });
    assert.equal(decoded.virtualhost, undefined);
    assert.equal(decoded.tcpproxy, undefined);
    assert.deepEqual(decoded.malformed, []);
  });

  test('keys of prototypes are keys like others', () => {
    const raw: unknown = JSON.parse(
      `{"apiVersion":"${contour}","kind":"IngressRoute","metadata":{"name":"x","__proto__":{"namespace":"evil"},
      "annotations":{"__proto__":"x","contour.heptio.com/__proto__":"y"}},"spec":{"__proto__":{"routes":[{}]},"constructor":1}}`,
    );
    assert.ok(typeof raw === 'object' && raw);
    const decoded = decodeOne('IngressRoute', Object.assign(raw));
    assert.equal(decoded.namespace, 'default');
    assert.deepEqual(decoded.routes, []);
    assert.deepEqual([...decoded.annotations], [['contour.heptio.com/__proto__', 'y']]);
    assert.equal(Reflect.get({}, 'namespace'), undefined);
  });
});

describe('decode: any JSON', () => {
  const types = [
    [contour, 'IngressRoute'],
    [contour, 'TLSCertificateDelegation'],
    ['networking.k8s.io/v1', 'Ingress'],
    ['networking.k8s.io/v1', 'IngressClass'],
    ['discovery.k8s.io/v1', 'EndpointSlice'],
    ['v1', 'Endpoints'],
    ['v1', 'Service'],
    ['v1', 'Secret'],
  ] as const;
  const words = fc.constantFrom(
    ...[
      'spec',
      'routes',
      'services',
      'virtualhost',
      'tls',
      'fqdn',
      'rules',
      'http',
      'paths',
      'path',
      'pathType',
    ],
    ...[
      'backend',
      'service',
      'port',
      'name',
      'number',
      'host',
      'hosts',
      'defaultBackend',
      'ports',
      'endpoints',
    ],
    ...['addresses', 'conditions', 'ready', 'subsets', 'ip', 'data', 'stringData', 'tls.crt', 'delegations'],
    ...[
      'targetNamespaces',
      'secretName',
      'delegate',
      'match',
      'annotations',
      'labels',
      '__proto__',
      'constructor',
    ],
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom(
        null,
        true,
        '',
        'x',
        '/',
        0,
        -1,
        80,
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        '\ud800',
      ),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(words, tie('json'), { maxKeys: 5, noNullPrototype: false }),
    ),
  }));

  for (const [apiVersion, kind] of types) {
    test(`${kind} never throws`, () => {
      fc.assert(
        fc.property(fc.dictionary(words, json), json, (body, more) => {
          assert.ok(
            decode({ ...body, apiVersion, kind, metadata: { name: 'x', annotations: more, labels: more } })
              .length,
          );
          assert.notEqual(decode({ apiVersion, kind, metadata: more }), 'unknown');
        }),
        { numRuns: 300 },
      );
    });
  }

  test('what is not read is unknown, what has no usable name is nothing', () => {
    assert.equal(decode({}), 'unknown');
    assert.equal(decode({ apiVersion: 'extensions/v1beta1', kind: 'Ingress', metadata }), 'unknown');
    assert.equal(decode({ apiVersion: 'v1', kind: 'ConfigMap', metadata }), 'unknown');
    const unusable = [
      undefined,
      {},
      { name: '' },
      { name: 1 },
      { name: 'a/b' },
      { name: 'x', namespace: 'a/b' },
    ];
    for (const bad of [...unusable, { generateName: 'x-' }, { name: 'x'.repeat(254) }]) {
      assert.deepEqual(decode({ apiVersion: 'v1', kind: 'Service', metadata: bad }), []);
    }
  });
});
