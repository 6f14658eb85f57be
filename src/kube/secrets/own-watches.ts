// Watches of single Secrets: for those of types that the watch of certificates doesn't tell of.
import type { ObjectEvent } from '../../store/events.ts';
import type { ObjectName } from '../api.ts';
import { nameKey } from '../reflector/known.ts';
import { createReflector, type ReflectorOptions } from '../reflector/reflector.ts';
import { resources } from '../resources.ts';

export interface OwnWatchesOptions
  extends Pick<ReflectorOptions, 'api' | 'clock' | 'random' | 'log' | 'observer'> {
  readonly signal: AbortSignal;
  deliver(events: readonly ObjectEvent[]): void;
}

/** Each holds a connection to the API server. Who gets none is asked for again now and then. */
const mostWatches = 64;

export class OwnWatches {
  readonly #options: OwnWatchesOptions;
  readonly #running = new Map<string, AbortController>();
  readonly #broken = Promise.withResolvers<never>();

  constructor(options: OwnWatchesOptions) {
    this.#options = options;
  }

  /** Rejects if `deliver` throws. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Follows the Secret from now on, also through its deletion, if there is room. */
  start(name: ObjectName): void {
    const key = nameKey(name);
    if (this.#running.has(key) || this.#running.size >= mostWatches) return;
    const controller = new AbortController();
    this.#running.set(key, controller);
    const { signal, ...options } = this.#options;
    const reflector = createReflector({
      ...options,
      resource: resources.secrets,
      namespace: name.namespace,
      fieldSelector: `metadata.name=${name.name}`,
      onSynced() {},
    });
    reflector.run(AbortSignal.any([signal, controller.signal])).catch(this.#broken.reject);
  }

  stop(name: ObjectName): void {
    const key = nameKey(name);
    this.#running.get(key)?.abort();
    this.#running.delete(key);
  }
}
