// Ingresses, the addresses that they show, and who else writes them.
import type { Verdict } from '../../dag/model.ts';
import { type ObjectKey, objectKey } from '../../dag/objects.ts';
import type { Address } from '../../kube/addresses/address.ts';
import { resources } from '../../kube/resources.ts';
import { FakeApi } from './fake-api.ts';
import { createWorld, settled, verdict, type World, type WorldOptions } from './world.ts';

export const manager = 'contour.heptio.com/contour';
export const a: Address = { ip: '192.0.2.1' };
export const b: Address = { ip: '192.0.2.2', ports: [{ port: 443, protocol: 'TCP' }] };
const identity = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };

export function keyOfIngress(id: string): ObjectKey {
  const [namespace = '', name = ''] = id.split('/');
  return objectKey('Ingress', namespace, name);
}

export interface IngressWorld extends World {
  /** A user applies an Ingress, and the writer sees it. */
  ingress(id: string, spec?: object): void;
  /** They are ours: valid, unless `state` says something else. */
  ours(...ids: readonly string[]): void;
  notOurs(...ids: readonly string[]): void;
  show(...addresses: readonly Address[]): Promise<void>;
  /** Somebody else writes the addresses, and the writer sees it. */
  othersWrite(id: string, addresses: readonly Address[] | null): Promise<void>;
  /** What the Ingress says. */
  shown(id: string): unknown;
  /** How many requests there were since it was last asked. */
  requests(): number;
}

/** A world whose writer writes addresses. `api`: of a life before. */
export function createIngressWorld({ api = new FakeApi(), ...options }: WorldOptions = {}): IngressWorld {
  api.manager = manager;
  const world = createWorld({ api, addressManager: manager, ...options });
  let asked = api.calls.length;
  return {
    ...world,
    ingress: (id, spec = {}) => world.observe('applied', api.apply(id, { ...spec }, identity)),
    ours: (...ids) => world.judge(...ids.map((id) => ingressVerdict(id))),
    notOurs: (...ids) =>
      world.writer.verdicts(new Map(ids.map((id): [ObjectKey, undefined] => [keyOfIngress(id), undefined]))),
    async show(...addresses) {
      world.writer.addresses(addresses);
      await settled();
    },
    async othersWrite(id, addresses) {
      const [namespace = '', name = ''] = id.split('/');
      const patch = { status: { loadBalancer: { ingress: addresses } } };
      const { signal } = new AbortController();
      api.manager = 'somebody';
      const written = api.patchStatus(resources.ingresses, { namespace, name }, patch, signal);
      const object = await written.finally(() => {
        api.manager = manager;
      });
      world.observe('applied', object);
      await settled();
      asked = api.calls.length;
    },
    shown: (id) => Object(api.status(id)?.loadBalancer).ingress ?? undefined,
    requests() {
      const count = api.calls.length - asked;
      asked = api.calls.length;
      return count;
    },
  };
}

export const ingressVerdict = (
  id: string,
  state: Verdict['currentStatus'] = 'valid',
  more: Partial<Verdict> = {},
): Verdict => ({ ...verdict(id, 1, state), object: keyOfIngress(id), ...more });
