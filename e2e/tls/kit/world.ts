// A world in one of the two modes of `--tls-certificates`, and what tests of both ask it.
import assert from 'node:assert/strict';
import { eventually } from '../../../src/testing/deadline.ts';
import { documents, type Manifest } from '../../kit/manifests.ts';
import { startWorld, type World, type WorldOptions } from '../../kit/world.ts';

export const modes = ['on-demand', 'per-host'] as const;
export type Mode = (typeof modes)[number];

/** The objects are in the file `start.yaml`. */
export const startMode = (
  mode: Mode,
  manifests: readonly Manifest[],
  flags: readonly string[] = [],
  options: Pick<WorldOptions, 'refusals'> = {},
): Promise<World> =>
  startWorld({
    ...options,
    flags: [`--tls-certificates=${mode}`, ...flags],
    files: { 'start.yaml': documents(...manifests) },
  });

/** Waits until each host is served over TLS. */
export async function served(world: World, ...hosts: readonly string[]): Promise<void> {
  for (const host of hosts) await world.answers({ host, tls: { sni: host } }, 'one');
}

/** Waits until Envoy has the listener with a chain for exactly these hosts. */
export const chainsOf = (world: World, ...hosts: readonly string[]): Promise<void> =>
  eventually(async () => {
    const dump = await world.envoy().admin('/config_dump?resource=dynamic_listeners');
    const { configs }: { readonly configs: readonly DynamicListener[] } = JSON.parse(dump);
    const https = configs.find(({ name }) => name === 'ingress_https')?.active_state?.listener;
    assert.deepEqual(https?.filter_chains.flatMap(({ name }) => name ?? []).sort(), [...hosts].sort());
  });

/** As Envoy's admin interface has it. */
interface DynamicListener {
  readonly name: string;
  readonly active_state?: {
    readonly listener: { readonly filter_chains: readonly { readonly name?: string }[] };
  };
}

/** How many times Envoy added or changed a listener. */
export async function listenerUpdates(world: World): Promise<number> {
  const counters = await world
    .envoy()
    .stats('^listener_manager\\.listener_(modified|added|in_place_updated)$');
  assert.ok(counters.size > 0);
  return [...counters.values()].reduce((sum, count) => sum + count, 0);
}
