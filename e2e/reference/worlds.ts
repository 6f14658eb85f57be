// Whole worlds of objects, from few names, so that they meet: hosts claimed twice, delegations in circles and to
// nothing, Services that are not there.
import fc from 'fast-check';
import { child, root } from './ingress-routes.ts';
import { ingress } from './ingresses.ts';
import type { EndpointSlice, Secret, Service, TlsCertificateDelegation, WorldObject } from './objects.ts';
import { identityOf } from './objects.ts';
import { anyRange, namespaces, often, type Range } from './range.ts';

/** What worlds need of the test: real ports, real certificates. */
export interface Materials {
  /** The port of each Service's one endpoint, by `namespace/name`. */
  readonly backends: ReadonlyMap<string, number>;
  /** `data` of a good TLS Secret, and of one whose key is another's. */
  readonly certificate: Readonly<Record<string, string>>;
  readonly mismatched: Readonly<Record<string, string>>;
}

/** Names of Services in every namespace. */
export const services = ['s', 't', 'u'] as const;

/** A Service and its endpoint, mostly both. */
const serviceObjects = (where: string, port: number): fc.Arbitrary<(Service | EndpointSlice)[]> =>
  fc
    .record({
      there: often(fc.constant(true), fc.constant(false), 12),
      protocol: often(fc.constant('TCP'), fc.constant('UDP'), 20),
      endpoint: often(fc.constant(true), fc.constant(false), 12),
    })
    .map(({ there, protocol, endpoint }) => {
      const [namespace = '', name = ''] = where.split('/');
      const service: Service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace, name },
        spec: { ports: [{ port: 80, protocol }] },
      };
      return [...(there ? [service] : []), ...(endpoint ? [sliceOf(namespace, name, port)] : [])];
    });

const sliceOf = (namespace: string, name: string, port: number): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace, name, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  ports: [{ port, protocol: 'TCP' }],
  endpoints: [{ addresses: ['127.0.0.1'] }],
});

const secret = (namespace: string, name: string, data: Secret['data']): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name },
  type: 'kubernetes.io/tls',
  data,
});

const targets = fc.oneof(fc.constant(['*']), fc.subarray([...namespaces, '*']));

const certificateDelegation = ({ namespaces }: Range): fc.Arbitrary<TlsCertificateDelegation> =>
  fc.tuple(fc.constantFrom(...namespaces), targets).map(([namespace, targetNamespaces]) => ({
    apiVersion: 'contour.heptio.com/v1beta1',
    kind: 'TLSCertificateDelegation',
    metadata: { namespace, name: 'grants' },
    spec: { delegations: [{ secretName: 'good', targetNamespaces }] },
  }));

/** Objects of a cluster as it may be at one time, each name once. */
export function worlds({ backends, certificate, mismatched }: Materials): fc.Arbitrary<WorldObject[]> {
  const servers = [...backends].map(([where, port]) => serviceObjects(where, port));
  const all = namespaces.flatMap((namespace) => [
    secret(namespace, 'good', certificate),
    secret(namespace, 'mismatched', mismatched),
  ]);
  return anyRange
    .chain((range) =>
      fc.tuple(
        fc.array(root(range), { minLength: 1, maxLength: 5, size: 'max' }),
        fc.array(child(range), { minLength: 3, maxLength: 10, size: 'max' }),
        fc.array(ingress(range), { maxLength: 5, size: 'max' }),
        fc.array(certificateDelegation(range), { maxLength: 3 }),
        fc.tuple(...servers).map((objects) => objects.flat()),
        fc.subarray(all, { minLength: all.length - 1 }),
      ),
    )
    .map((parts) => {
      const objects = parts.flat<WorldObject[][]>();
      return [...new Map(objects.map((object) => [identityOf(object), object])).values()];
    });
}
