// A reflector of Services that runs in a world.
import type { WatchEnd } from '../observer.ts';
import { createReflector, type ReflectorOptions } from '../reflector/reflector.ts';
import { resources } from '../resources.ts';
import { type ReflectorWorld, reflectorWorld } from './reflector-world.ts';

/** Starts at once; `seen` is what observers are told. */
export function follow(options: Partial<ReflectorOptions> = {}, world: ReflectorWorld = reflectorWorld()) {
  const seen: string[] = [];
  const state = { synced: 0 };
  const reflector = createReflector({
    ...world,
    resource: resources.services,
    observer: {
      listed: (plural, objects) => seen.push(`${plural}: ${objects} listed`),
      watchEnded: (_plural, why: WatchEnd) => seen.push(why),
      failed: (_plural, code) => seen.push(`failed ${code}`),
      malformed: () => seen.push('malformed'),
    },
    onSynced: () => {
      state.synced++;
    },
    ...options,
  });
  const ended = reflector.run(world.signal);
  return { ...world, world, seen, state, reflector, ended };
}
