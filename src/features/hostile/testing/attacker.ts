// The objects of one tenant, namespace `zed`: valid, and with a value in every field that is read, so that a test can
// put something else there.
import type { RawObject } from '../../../store/events.ts';
import {
  certificateDelegation,
  delegateTo,
  delegation,
  endpointSlice,
  ingressRoute,
  secret,
  service,
} from '../../../testing/manifests.ts';
import { age, authority, keyPair } from '../../events/testing/world.ts';

const healthCheck = {
  path: '/healthz',
  host: 'health',
  intervalSeconds: 5,
  timeoutSeconds: 1,
  unhealthyThresholdCount: 3,
  healthyThresholdCount: 2,
};
const validation = { caSecret: 'ca', subjectName: 'web' };
const web = { name: 'web', port: 80, weight: 1, strategy: 'Cookie', healthCheck, validation };

const root = ingressRoute('zed/root', {
  fqdn: 'zed.com',
  secretName: 'zed/tls',
  tls: { minimumProtocolVersion: '1.2', passthrough: false },
  routes: [
    {
      match: '/',
      services: [web, { name: 'api', port: 80, weight: 2 }],
      permitInsecure: true,
      prefixRewrite: '/v1/',
      timeoutPolicy: { request: '5s' },
      retryPolicy: { count: 3, perTryTimeout: '150ms' },
    },
    { match: '/ws', services: [{ name: 'api', port: 80 }], enableWebsockets: true },
    delegateTo('/child', 'zed/child'),
  ],
  metadata: { ...age(9), annotations: { 'kubernetes.io/ingress.class': 'contour' }, generation: 1, uid: 'a' },
});

const ingress: RawObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    ...{ namespace: 'zed', name: 'ingress', ...age(9) },
    annotations: {
      'ingress.kubernetes.io/force-ssl-redirect': 'true',
      'contour.heptio.com/tls-minimum-protocol-version': '1.3',
    },
  },
  spec: {
    ingressClassName: 'contour',
    defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    tls: [{ hosts: ['ing.zed.com'], secretName: 'tls' }],
    rules: [
      {
        host: 'ing.zed.com',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } },
            { path: '/a[0-9]+', backend: { service: { name: 'api', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
};

/** Services and Endpoints have the same name. */
const endpoints: RawObject = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { namespace: 'zed', name: 'api' },
  subsets: [
    {
      addresses: [{ ip: '10.9.0.1' }],
      notReadyAddresses: [{ ip: '10.9.0.2' }],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    },
  ],
};

export const attacker: readonly RawObject[] = [
  root,
  ingressRoute('zed/child', { routes: [{ match: '/child', services: [{ name: 'api', port: 80 }] }] }),
  ingressRoute('zed/tcp', {
    fqdn: 'tcp.zed.com',
    secretName: 'tls',
    tcpproxy: delegation('zed/shard'),
    metadata: age(9),
  }),
  ingressRoute('zed/shard', {
    tcpproxy: {
      services: [
        { name: 'api', port: 80, weight: 3 },
        { name: 'web', port: 80, weight: 1 },
      ],
    },
  }),
  ingressRoute('zed/raw', {
    fqdn: 'raw.zed.com',
    tls: { passthrough: true },
    tcpproxy: { services: [{ name: 'api', port: 80 }] },
    metadata: age(9),
  }),
  ingress,
  service(
    'zed/web',
    { type: 'ClusterIP', externalName: 'a.example', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    { 'upstream-protocol.tls': 'http', 'max-connections': '10', 'max-retries': '2' },
  ),
  service('zed/api', {}, { 'upstream-protocol.h2c': '80' }),
  {
    ...endpointSlice('zed/web-1', 'web', []),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.9.0.1', 'fd00::9'], conditions: { ready: true } }],
  },
  endpoints,
  secret('zed/tls', keyPair),
  secret('zed/ca', authority, 'Opaque'),
  certificateDelegation('zed/grants', 'tls', ['ops', '*']),
];

/** Where a value is inside an object. */
export type Place = readonly (string | number)[];

/** The API server sets these, or they say whose object it is. */
const notTheirs: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'namespace', 'creationTimestamp']);

/** Every place of the object that a tenant may write, fields that hold others included. */
export function placesOf(object: RawObject): readonly Place[] {
  const places: Place[] = [];
  const visit = (value: unknown, place: Place): void => {
    if (place.length > 0) places.push(place);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (place.length <= 1 && notTheirs.has(key)) continue;
      visit(inner, [...place, Array.isArray(value) ? Number(key) : key]);
    }
  };
  visit(object, []);
  return places.filter((place) => place.join('.') !== 'metadata');
}

/** A copy with another value at that place; unchanged where an earlier replacement has taken the place away. */
export function replaced(object: RawObject, place: Place, value: unknown): RawObject {
  const copy: RawObject = structuredClone(object);
  let at: unknown = copy;
  for (const key of place.slice(0, -1))
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : at;
  const last = place.at(-1);
  if (typeof at === 'object' && at !== null && last !== undefined)
    Object.defineProperty(at, last, { value, enumerable: true, writable: true, configurable: true });
  return copy;
}
