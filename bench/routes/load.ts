// Fills a fresh cluster: the CRDs, and the objects of all hosts.
import type { KeyPair } from '../../src/testing/objects.ts';
import { type Api, parallel } from './api.ts';
import type { Implementation } from './implementation.ts';
import { endpointSlice, namespaceObject, paths, secret, service } from './objects.ts';
import { counter, type Session, until } from './session.ts';

export interface Load {
  readonly implementation: Implementation;
  /** Hosts with a route. */
  readonly routes: number;
  /** More hosts with all but a route, for the operations. */
  readonly spare: number;
  /** Undefined: without TLS. */
  readonly keyPair: KeyPair | undefined;
}

/** Resolves when all objects are stored. */
export async function fill(session: Session, api: Api, load: Load): Promise<void> {
  const { implementation, routes, spare, keyPair } = load;
  await installCrds(session, api, implementation);
  await api.send('POST', paths.namespaces, namespaceObject);
  const hosts = routes + spare;
  const total = routes + hosts * (keyPair === undefined ? 2 : 3);
  const count = counter(session, 'objects stored', total);
  const store = async (path: string, object: object) => {
    await api.send('POST', path, object);
    count();
  };
  let next = 0;
  const worker = async () => {
    while (next < hosts) {
      session.signal.throwIfAborted();
      const index = next++;
      if (keyPair !== undefined) await store(paths.secrets, secret(index, keyPair));
      await store(paths.services, service(index));
      await store(paths.endpointSlices, endpointSlice(index));
      if (index < routes) await store(implementation.routes, implementation.route(index));
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

async function installCrds(session: Session, api: Api, { crds, routes }: Implementation): Promise<void> {
  for (const crd of crds)
    await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  await until(session, { what: `${routes} to be served`, within: 60_000, every: 50 }, async () => {
    const { status } = await api.ask('GET', `${routes}?limit=1`);
    return status === 200 ? undefined : `status ${status}`;
  });
}
