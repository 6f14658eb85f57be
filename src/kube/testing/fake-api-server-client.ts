// A fake API server with a client of ours, as tests need both.
import type { TestContext } from 'node:test';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import { createKubeApi, type KubeClient } from '../client/client.ts';
import { type FakeApiServer, type FakeApiServerOptions, startFakeApiServer } from './fake-api-server.ts';

export interface Entries {
  readonly cluster: Omit<Cluster, 'name' | 'skipTLSVerify'> & { readonly skipTLSVerify?: boolean };
  readonly user?: Omit<User, 'name'>;
}

export function kubeConfigOf({ cluster, user = {} }: Entries): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { skipTLSVerify: false, ...cluster, name: 'fake' },
    { ...user, name: 'me' },
  );
  return kubeConfig;
}

export interface World {
  readonly server: FakeApiServer;
  readonly api: KubeClient;
}

interface WorldOptions {
  readonly clock?: Clock;
  readonly tls?: FakeApiServerOptions['tls'];
  readonly cluster?: Omit<Entries['cluster'], 'server'>;
  readonly user?: Entries['user'];
  readonly path?: string;
  readonly fieldManager?: string;
}

/** Both end with the test. */
export async function startWorld(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const { clock = systemClock, tls, cluster = {}, user, path = '', fieldManager } = options;
  const server = await startFakeApiServer(tls === undefined ? {} : { tls });
  const entries = { cluster: { ...cluster, server: server.url + path }, ...(user && { user }) };
  const kubeConfig = kubeConfigOf(entries);
  const api = createKubeApi({ kubeConfig, clock, ...(fieldManager && { fieldManager }) });
  t.after(async () => {
    await api.close();
    await server.close();
  });
  return { server, api };
}

/** A signal that nothing aborts. */
export const unaborted = (): AbortSignal => new AbortController().signal;
