// Follows the objects of one kind: lists them, watches from there, and whatever happens to connections, versions and
// the server, what was delivered equals what a list says in the end.
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { pause } from '../../runtime/pause.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import type { ObjectEvent } from '../../store/events.ts';
import { ApiError, type KubeApi, type ObjectName, type WatchEvent } from '../api.ts';
import type { ReflectorObserver, WatchEnd } from '../observer.ts';
import { type Resource, resources } from '../resources.ts';
import { Absence } from './absence.ts';
import { ask } from './ask.ts';
import { BackOff } from './back-off.ts';
import { KnownObjects } from './known.ts';
import { pagesOf, pageWithinMs } from './pages.ts';
import { fullName, mayBeAbsent, Trouble } from './trouble.ts';
import { watchOnce } from './watch.ts';

export interface ReflectorOptions {
  readonly api: Pick<KubeApi, 'list' | 'watch'>;
  readonly resource: Resource;
  /** Undefined: all namespaces. */
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly observer?: ReflectorObserver | undefined;
  /** A batch, never empty. May be called again with an object that did not change. What it throws ends `run`. */
  deliver(events: readonly ObjectEvent[]): void;
  /** Once: all objects of the first complete list are delivered, or the kind is known to be absent. */
  onSynced(): void;
}

export interface Reflector extends Runnable {
  /**
   * What it still waits for before it is synced: a line for people, without names of objects and words of the server
   * since it is shown on an open port. Undefined once it is.
   */
  waiting(): string | undefined;
  /** Whether the object is there by what was listed and watched so far. */
  knows(name: ObjectName): boolean;
}

/** A watch that ends before so many milliseconds makes the next one wait: some proxies cut each at once. */
const lastingMs = 5_000;
/** After so many watches that failed in a row without an event, the version may be the reason: list again. */
const failuresToRelist = 5;

export function createReflector(options: ReflectorOptions): Reflector {
  const run = new Run(options);
  const { resource, namespace } = options;
  return {
    name: `reflector of ${fullName(resource)}${namespace === undefined ? '' : ` in ${namespace}`}`,
    run: (signal) => run.until(signal),
    waiting: () => run.waiting(),
    knows: (name) => run.knows(name),
  };
}

class Run {
  readonly #options: ReflectorOptions;
  readonly #known: KnownObjects;
  readonly #trouble: Trouble;
  readonly #backOff: BackOff;
  readonly #absence = new Absence();
  /** Where a watch goes on; undefined: a list comes first. */
  #version: string | undefined;
  #failedWatches = 0;
  /** The last failure was a watch's: a list that succeeds does not end that trouble. */
  #watchInTrouble = false;
  #synced = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    const { resource, namespace, log, observer } = options;
    this.#known = new KnownObjects(resource, () => observer?.malformed?.(resource.plural));
    this.#trouble = new Trouble({ resource, namespace, log });
    this.#backOff = new BackOff(options.random);
  }

  waiting(): string | undefined {
    if (this.#synced) return undefined;
    return this.#trouble.brief ?? `listing ${fullName(this.#options.resource)}`;
  }

  knows(name: ObjectName): boolean {
    return this.#known.has(name);
  }

  async until(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const delay = await this.#step(signal);
      if (delay > 0) await pause(this.#options.clock, delay, signal);
    }
  }

  /** A whole list or a whole watch; answers how many milliseconds to wait before the next step. */
  async #step(signal: AbortSignal): Promise<number> {
    const watched = this.#version;
    try {
      if (watched !== undefined) return await this.#watch(watched, signal);
      await this.#list(signal);
      return 0;
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      if (signal.aborted) return 0;
      if (watched !== undefined) this.#watchFailed(thrown);
      this.#watchInTrouble = watched !== undefined;
      return await this.#failed(thrown, signal);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { clock, resource, observer } = this.#options;
    const started = clock.now();
    const seen = new Set<string>();
    let version: string | undefined;
    for await (const page of pagesOf(this.#options, signal)) {
      if (signal.aborted) return;
      this.#deliver(this.#known.listed(page.items, seen));
      version ??= page.resourceVersion;
    }
    if (signal.aborted) return;
    this.#deliver(this.#known.missing(seen));
    observer?.listed?.(resource.plural, seen.size, clock.now() - started);
    this.#absence.exists();
    if (!this.#watchInTrouble) this.#trouble.recovered();
    this.#version = version;
    this.#failedWatches = 0;
    this.#sync();
  }

  async #watch(from: string, signal: AbortSignal): Promise<number> {
    const { clock, resource, observer } = this.#options;
    const started = clock.now();
    const lasted = () => clock.now() - started >= lastingMs;
    const onBatch = (events: readonly WatchEvent[]) => {
      this.#deliver(events.flatMap((event) => this.#known.happened(event)));
      const last = events.findLast(({ resourceVersion }) => resourceVersion !== '');
      this.#version = last?.resourceVersion ?? this.#version;
      this.#watchWorks();
    };
    let why: WatchEnd;
    try {
      why = await watchOnce(this.#options, { from, signal, onBatch });
    } catch (thrown) {
      // A connection that stood for a while and is cut is no continuation of earlier trouble.
      if (lasted()) this.#backOff.reset();
      if (lasted() && thrown instanceof ApiError && thrown.code === 0) this.#watchWorks();
      throw thrown;
    }
    if (signal.aborted) return 0;
    observer?.watchEnded?.(resource.plural, why);
    if (!lasted()) return this.#backOff.next({ code: 0, retryAfterMs: undefined });
    this.#backOff.reset();
    this.#watchWorks();
    return 0;
  }

  #watchWorks(): void {
    this.#failedWatches = 0;
    this.#watchInTrouble = false;
    this.#trouble.recovered();
  }

  #watchFailed({ code }: ApiError): void {
    const { resource, observer } = this.#options;
    observer?.watchEnded?.(resource.plural, code === 410 ? 'expired' : 'failed');
    this.#failedWatches++;
    if (needsList(code) || this.#failedWatches >= failuresToRelist) this.#version = undefined;
  }

  async #failed(error: ApiError, signal: AbortSignal): Promise<number> {
    const { clock, resource, observer } = this.#options;
    observer?.failed?.(resource.plural, error.code);
    this.#trouble.failed(error);
    const delay = this.#backOff.next(error);
    if (error.code !== 404 || !mayBeAbsent(resource)) {
      this.#absence.doubt();
      return delay;
    }
    if (this.#absence.notFound(clock.now())) {
      if (await this.#serverIsThere(signal)) this.#absent();
      else this.#absence.doubt();
    }
    const confirmable = this.#absence.confirmableIn(clock.now());
    return confirmable === undefined ? delay : Math.min(delay, Math.max(confirmable, 1));
  }

  /** A gateway before the server may answer 404 for everything: then a kind that is always there is missing, too. */
  async #serverIsThere(signal: AbortSignal): Promise<boolean> {
    const { api, clock, namespace } = this.#options;
    const asking = { clock, signal, withinMs: pageWithinMs, what: 'list services' };
    try {
      await ask(asking, (limited) => api.list(resources.services, { namespace, limit: 1, signal: limited }));
      return true;
    } catch {
      return false; // Why is told by the reflector of that kind.
    }
  }

  #absent(): void {
    this.#absence.confirm();
    const { resource, log } = this.#options;
    log.info(`the API server has no ${fullName(resource)}: going on without; it is asked again`);
    this.#deliver(this.#known.missing(new Set()));
    this.#sync();
  }

  #deliver(events: readonly ObjectEvent[]): void {
    if (events.length > 0) this.#options.deliver(events);
  }

  #sync(): void {
    if (this.#synced) return;
    this.#synced = true;
    this.#options.onSynced();
  }
}

/** Failures of a watch after which the same version fails again; not those of access, load and connection. */
const needsList = (code: number): boolean =>
  code >= 400 && code < 500 && ![401, 403, 408, 429].includes(code);
