// Hosts that read Secrets, as the store and the graph do it: they ask for what they lack, and ask again when told.
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import { secret } from '../../testing/manifests.ts';
import type { ObjectName } from '../api.ts';
import { resources } from '../resources.ts';
import { createSecretReferences, createSecretSource, type SecretSourceOptions } from '../secrets/source.ts';
import { type ReflectorWorld, reflectorWorld, titleOf } from './reflector-world.ts';

export type ReadingWorld = ReturnType<typeof readingSecrets>;

export interface ReadingOptions {
  readonly named?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly world?: ReflectorWorld;
}

/** A Secret of the watched type; `version` is some content. */
export const tls = (where: string, version = ''): RawObject => secret(where, { 'tls.crt': version });
/** The same of another type. */
export const opaque = (where: string, version = ''): RawObject => ({
  ...tls(where, version),
  type: 'Opaque',
});

const nameOf = (where: string): ObjectName => {
  const [namespace = '', name = ''] = where.split('/');
  return { namespace, name };
};

/** Starts the source; names are `namespace/name`. */
export function readingSecrets(options: ReadingOptions = {}) {
  const world = options.world ?? reflectorWorld();
  const references = createSecretReferences();
  const state = { synced: 0, named: options.named ?? [], unknownAtSync: [] as readonly string[] };
  /** What hosts read, with what they saw last. */
  const read = new Map<string, RawObject | 'unknown' | undefined>();
  const look = (where: string) => {
    const { namespace, name } = nameOf(where);
    const found = world.mirror.get(`Secret ${where}`) ?? references.absent(namespace, name);
    read.set(where, found);
    return found;
  };
  const source = createSecretSource({
    ...world,
    references,
    namespaces: options.namespaces,
    namedSecrets: () => state.named.map(nameOf),
    isRead: (namespace, name) => read.has(`${namespace}/${name}`),
    deliver(events: readonly ObjectEvent[]) {
      world.deliver(events);
      for (const { object } of events) {
        const where = titleOf(object).slice('Secret '.length);
        if (read.has(where)) look(where);
      }
    },
    onSynced() {
      state.synced++;
      state.unknownAtSync = state.named.filter((where) => look(where) === 'unknown');
    },
  } satisfies SecretSourceOptions);
  return {
    ...world,
    ...{ state, read, look, references, source },
    ended: source.run(world.signal),
    /** The host is gone. */
    unread: (where: string) => read.delete(where),
    remove: (where: string) => world.api.delete(resources.secrets, nameOf(where)),
    /** How many single Secrets were asked for. */
    gets: () => world.api.requests.filter(({ operation }) => operation === 'get').length,
  };
}

/** Answers to `get` wait until `release`. */
export function holdGets({ api }: Pick<ReflectorWorld, 'api'>) {
  const gate = Promise.withResolvers<void>();
  api.faults.push(({ operation }) => (operation === 'get' ? gate.promise : undefined));
  return {
    release() {
      api.faults.length = 0;
      gate.resolve();
    },
  };
}
