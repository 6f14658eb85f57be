// Objects as large as an API server takes them (1.5 MB), or filled with what costs most: nothing is thrown, nobody else is
// touched, and what is told and sent of them is bounded.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawObject } from '../../store/events.ts';
import type { AcceptingPipeline } from '../../testing/accepting-pipeline.ts';
import {
  applied,
  certificateDelegation,
  deleted,
  ingressRoute,
  secret,
  service,
} from '../../testing/manifests.ts';
import { age, keyPair } from '../events/testing/world.ts';
import { assertUnharmed, bytesOf, worldWith } from './testing/neighbours.ts';

const megabyte = 1_048_576;
const mostRoutes = 1_024;
const mostServices = 64;

const list = <T>(length: number, item: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => item(index));

/** As many routes as there may be, with as many services. */
function full(service: object, more: object = {}): RawObject {
  const routes = list(mostRoutes, (index) => ({
    match: `/${index}`,
    services: list(mostServices, () => service),
    ...more,
  }));
  const object = ingressRoute('zed/root', { fqdn: 'zed.com', metadata: age(9) });
  return { ...object, spec: { ...Object(object.spec), routes } };
}

/** In the spec, in a route and in a service. */
function fields(count: number, name: string): RawObject {
  const unknown = Object.fromEntries(list(count / 2, (index) => [`${name}${index}`, 0]));
  const some = Object.fromEntries(list(count / 4, (index) => [`${name}${index}`, 0]));
  const service = { name: 'web', port: 80, ...some };
  const object = ingressRoute('zed/root', { fqdn: 'zed.com', metadata: age(9) });
  return {
    ...object,
    spec: { ...Object(object.spec), ...unknown, routes: [{ match: '/', services: [service], ...some }] },
  };
}

const ingress = (spec: object): RawObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'zed', name: 'ingress', ...age(9) },
  spec,
});

const ofRules = (paths: readonly unknown[], count: number) =>
  ingress({ rules: list(count, () => ({ host: 'zed.com', http: { paths } })) });

/** A key pair, with text around it that has to be looked through. */
const padded = (filler: string) =>
  secret('zed/tls', {
    'tls.crt': filler.repeat(Math.floor((megabyte / 2 - 2_000) / filler.length)) + keyPair['tls.crt'],
    'tls.key': keyPair['tls.key'],
  });

const objects: Readonly<Record<string, RawObject>> = {
  '1,024 routes with 64 services each': full({ name: 'web', port: 80 }),
  '65,536 services without a field': full({}),
  '65,536 services, two problems each': full({ port: '' }),
  '65,536 services that are missing': full({ name: 'x', port: 80 }),
  '65,536 services that are none': full({}, { services: list(mostServices, () => 0) }),
  'a list of 700,000 routes': { ...full({}), spec: { routes: list(700_000, () => 0) } },
  'a match of a megabyte': ingressRoute('zed/root', {
    fqdn: 'zed.com',
    routes: [{ match: '/a'.repeat(megabyte / 2), services: [{ name: 'web', port: 80 }] }],
  }),
  'a fqdn of a megabyte': ingressRoute('zed/root', { fqdn: 'a.'.repeat(megabyte / 2) }),
  '130,000 fields that the API does not have': fields(130_000, 'route'),
  '130,000 such fields, each near to one': fields(130_000, 'routes'),
  'such fields with long names': fields(20, 'routes'.repeat(10_000)),
  'a megabyte of annotations': ingressRoute('zed/root', {
    fqdn: 'zed.com',
    metadata: {
      annotations: Object.fromEntries(list(40_000, (index) => [`contour.heptio.com/${index}`, 'x'])),
    },
  }),
  'a status of a megabyte': {
    ...ingressRoute('zed/root', { fqdn: 'zed.com', metadata: age(9) }),
    status: { description: 'x'.repeat(megabyte) },
  },
  '1,024 rules with 150 paths that are none': ofRules(
    list(150, () => 0),
    1_024,
  ),
  '1,024 rules with 150 paths without a field': ofRules(
    list(150, () => ({})),
    1_024,
  ),
  '100,000 hosts in one entry of tls': ingress({
    tls: [{ hosts: list(100_000, (index) => `h${index}.com`) }],
  }),
  'a list of 700,000 rules': ingress({ rules: list(700_000, () => 0) }),
  '200,000 target namespaces that are none': {
    ...certificateDelegation('zed/grants', 'tls', []),
    spec: { delegations: list(1_024, () => ({ targetNamespaces: list(200, () => 0) })) },
  },
  'a certificate behind a megabyte of text': padded('x\n'),
  'a certificate behind a megabyte of beginnings': padded('-----BEGIN CERTIFICATE'),
  'a certificate behind a megabyte of empty blocks': padded('-----BEGIN X-----\n-----END X-----\n'),
  '40,000 ports of a Service': service('zed/web', { ports: list(40_000, (index) => ({ port: index })) }),
  '65,536 addresses of an endpoint': {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'zed', name: 'web', labels: { 'kubernetes.io/service-name': 'web' } },
    ports: [{ port: 80 }],
    endpoints: [
      { addresses: list(65_536, (index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`) },
    ],
  },
};

/** What the large ones lead to. */
const around = [
  service('zed/web'),
  secret('zed/tls', keyPair),
  ingressRoute('zed/tls', {
    fqdn: 'tls.zed.com',
    secretName: 'tls',
    routes: [{ match: '/', services: [{ name: 'web', port: 80 }] }],
    metadata: age(9),
  }),
];

/** What is written into a status is at most this long; the API server takes more. */
const longestVerdict = 65_536;

describe('an object with', () => {
  const before = bytesOf(worldWith(around));
  let idle: AcceptingPipeline | undefined;
  for (const [what, object] of Object.entries(objects)) {
    test(what, () => {
      const world = idle ?? worldWith(around);
      idle = undefined;
      world.settle(applied(object));
      assertUnharmed(world);
      for (const verdict of world.graph.verdicts().values())
        assert.ok(JSON.stringify(verdict).length < longestVerdict, verdict.object);
      const sent = bytesOf(world) - before;
      assert.ok(sent < 4 * JSON.stringify(object).length + 100_000, `${sent} bytes`);
      world.settle(deleted(object), ...around.map(applied));
      assert.equal(bytesOf(world), before);
      idle = world;
    });
  }
});
