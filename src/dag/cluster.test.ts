// A Service's port with its settings: what annotations, health checks, strategies and validations come to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { selfSigned } from '../testing/certificates.ts';
import { externalNameService, meta, service, serviceReference } from '../testing/objects.ts';
import { viewOf } from '../testing/view.ts';
import { AuthoritySizes } from './authority-sizes.ts';
import { CertificateChecks } from './certificate.ts';
import { clusterOf, type WeightedReference } from './cluster.ts';
import type { Cluster } from './model.ts';
import type { KubernetesObject, Secret } from './objects.ts';
import type { Problem } from './problems.ts';
import type { GraphSettings } from './view.ts';

const port = { name: 'web', port: 443 };
const plain: Cluster = { namespace: 'a', service: 's', port: 443, portName: 'web' };

const annotated = (annotations: Readonly<Record<string, string>>): KubernetesObject => ({
  ...service('a/s', port),
  ...meta('a/s', {
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [`contour.heptio.com/${name}`, value]),
    ),
  }),
});

interface Surroundings {
  readonly unknownSecrets?: readonly `Secret/${string}/${string}`[];
  readonly settings?: Pick<GraphSettings, 'externalNames'>;
  readonly authorities?: AuthoritySizes;
}

function clusterFor(
  objects: readonly KubernetesObject[],
  options: Partial<WeightedReference> = {},
  { unknownSecrets = [], settings = {}, authorities = new AuthoritySizes() }: Surroundings = {},
) {
  const found: Problem[] = [];
  const { port: asked = 443 } = options;
  const reference = { namespace: 'a', name: 's', port: asked, route: '/', severity: 'error' } as const;
  const cluster = clusterOf(
    { view: viewOf(objects, { unknownSecrets }), checks: new CertificateChecks(), authorities, settings },
    { service: { ...serviceReference('s:443'), ...options }, reference, found },
  );
  return { cluster, codes: found.map(({ code }) => code) };
}

const annotations: readonly (readonly [
  name: string,
  given: Readonly<Record<string, string>>,
  expected: Partial<Cluster>,
  codes?: readonly string[],
])[] = [
  ['a protocol by number', { 'upstream-protocol.tls': ' ,443' }, { protocol: 'tls' }],
  ['a protocol by name', { 'upstream-protocol.h2c': 'web' }, { protocol: 'h2c' }],
  [
    'a protocol of ports that are not there',
    { 'upstream-protocol.tls': '4430,webs', 'upstream-protocol.h2': ' 443, ,4430' },
    { protocol: 'h2' },
    ['ServiceAnnotationPortMissing', 'ServiceAnnotationPortMissing'],
  ],
  ['nothing but commas', { 'upstream-protocol.tls': ' , ' }, {}],
  ['a misspelt name', { 'upstream-protocol.https': '443' }, {}, ['ServiceAnnotationUnknown']],
  [
    'thousands of unknown names',
    Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`max-${index}`, ''])),
    {},
    Array(4).fill('ServiceAnnotationUnknown'),
  ],
  ['encryption wins', { 'upstream-protocol.h2c': '443', 'upstream-protocol.h2': '443' }, { protocol: 'h2' }],
  [
    'limits',
    { 'max-connections': '1', 'max-pending-requests': '2', 'max-requests': '3', 'max-retries': '4294967295' },
    { limits: { maxConnections: 1, maxPendingRequests: 2, maxRequests: 3, maxRetries: 4_294_967_295 } },
  ],
  ['a limit of 0 is none', { 'max-connections': '0' }, {}],
  [
    'limits that are no numbers',
    { 'max-connections': 'many', 'max-requests': '4294967296', 'max-retries': '-1' },
    {},
    ['ServiceAnnotationInvalid', 'ServiceAnnotationInvalid', 'ServiceAnnotationInvalid'],
  ],
];
describe('annotations of a Service', () => {
  for (const [name, given, expected, codes = []] of annotations)
    test(name, () =>
      assert.deepEqual(clusterFor([annotated(given)]), { cluster: { ...plain, ...expected }, codes }),
    );
});

const noNumbers = {
  ...{ intervalSeconds: undefined, timeoutSeconds: 0, unhealthyThresholdCount: 7 },
  ...{ healthyThresholdCount: undefined, host: undefined, path: '/healthz' },
};
test('a strategy and a health check with its defaults', () => {
  const options = { strategy: 'Cookie', healthCheck: noNumbers };
  assert.deepEqual(clusterFor([service('a/s', port)], options).cluster, {
    ...plain,
    strategy: 'cookie',
    healthCheck: {
      ...{ path: '/healthz', host: 'contour-envoy-healthcheck', intervalSeconds: 10, timeoutSeconds: 2 },
      ...{ unhealthyThreshold: 7, healthyThreshold: 2 },
    },
  });
  for (const strategy of ['RoundRobin', 'Fastest'])
    assert.deepEqual(clusterFor([service('a/s', port)], { strategy }).cluster, plain);
});

const { certificate } = await selfSigned('authority');
const caSecret = (text: string): Secret => ({
  ...meta('a/ca'),
  ...{ kind: 'Secret', type: 'Opaque', data: new Map([['ca.crt', new TextEncoder().encode(text)]]) },
});
const tls = annotated({ 'upstream-protocol.tls': '443' });
const validation = { caSecret: 'ca', subjectName: 'web.a' };

describe('validation', () => {
  test('has the authorities of the Secret and the name', () => {
    const { cluster, codes } = clusterFor([tls, caSecret(`text around\n${certificate}${certificate}`)], {
      validation,
    });
    assert.ok(typeof cluster === 'object');
    assert.deepEqual(codes, []);
    assert.equal(cluster.validation?.subjectName, 'web.a');
    assert.equal(cluster.validation?.ca.match(/BEGIN CERTIFICATE/g)?.length, 2);
    assert.doesNotMatch(cluster.validation?.ca ?? '', /text around/);
  });

  const refused: readonly (readonly [code: string, objects: readonly KubernetesObject[], object?: object])[] =
    [
      ['ValidationNeedsTls', [service('a/s', port), caSecret(certificate)]],
      ['ValidationNeedsTls', [annotated({ 'upstream-protocol.h2c': '443' }), caSecret(certificate)]],
      ['ValidationCaMissing', [tls]],
      ['ValidationCaMissing', [tls, caSecret(certificate)], { caSecret: 'b/ca' }],
      ['ValidationCaMalformed', [tls, caSecret('no certificate')]],
      ['ValidationCaMalformed', [tls, { ...caSecret(''), data: new Map() }]],
      ['ValidationIncomplete', [tls, caSecret(certificate)], { subjectName: undefined }],
      ['ValidationIncomplete', [tls, caSecret(certificate)], { caSecret: undefined }],
    ];
  for (const [code, objects, changed] of refused)
    test(`${code}: no cluster at all`, () => {
      const got = clusterFor(objects, { validation: { ...validation, ...changed } });
      assert.deepEqual(got, { cluster: undefined, codes: [code] });
    });

  test('the authorities of one namespace on one host have a limit, and the same ones count once', () => {
    const authorities = new AuthoritySizes();
    const bundle = caSecret(certificate.repeat(500));
    const codesFor = (subjectName: string) =>
      clusterFor([tls, bundle], { validation: { ...validation, subjectName } }, { authorities }).codes;
    const subjects = ['a', 'a', 'a', 'b', 'c', 'd'];
    const refusedFrom = subjects.findIndex((subject) => codesFor(subject).includes('ValidationTooLarge'));
    assert.ok(refusedFrom > 2, `${refusedFrom}`);
    assert.deepEqual(codesFor('a'), []);
    assert.deepEqual(clusterFor([tls, bundle], { validation }).codes, []);
  });

  test('a Secret that is not known yet is not missing', () => {
    const got = clusterFor([tls], { validation }, { unknownSecrets: ['Secret/a/ca'] });
    assert.deepEqual(got, { cluster: 'unknown', codes: [] });
  });
});

describe('ExternalName', () => {
  const settings = { externalNames: { ownPorts: new Set([8001]) } };
  const external = (name: string, port = 443) => [externalNameService('a/s', name, port)];

  test('is where the Service is, once it is allowed', () => {
    const { cluster, codes } = clusterFor(external('API.example.com.'), {}, { settings });
    assert.deepEqual([cluster, codes], [{ ...plain, portName: '', externalName: 'api.example.com' }, []]);
    assert.deepEqual(clusterFor(external('api.example.com')).codes, ['ServiceExternalName']);
  });

  test('is refused where it leads to ourselves', () => {
    for (const objects of [external('localhost'), external('kubernetes.default.svc')])
      assert.deepEqual(clusterFor(objects, {}, { settings }), {
        cluster: undefined,
        codes: ['ServiceExternalNameForbidden'],
      });
    const own = clusterFor(external('node1.example.com', 8001), { port: 8001 }, { settings });
    assert.deepEqual(own.codes, ['ServiceExternalNameForbidden']);
  });
});
