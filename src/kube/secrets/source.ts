// Secrets by need: certificates of hosts are followed, all other Secrets of a cluster stay names and versions.
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { pause } from '../../runtime/pause.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import type { KubeApi, ObjectName } from '../api.ts';
import type { ReflectorObserver } from '../observer.ts';
import { identityOf } from '../reflector/known.ts';
import { createReflector, type Reflector } from '../reflector/reflector.ts';
import { resources } from '../resources.ts';
import { SecretAsker } from './asker.ts';
import { OwnWatches } from './own-watches.ts';
import { isCertificate, WantedSecrets, watchedType } from './wanted.ts';

/** What hosts are told of Secrets that the store lacks; made before the pipeline, which asks it. */
export interface SecretReferences {
  /** For the store: `unknown` until the API server has answered. To ask for a Secret is to want it from then on. */
  absent(namespace: string, name: string): 'unknown' | undefined;
  /** The source answers from now on, also for what was asked before. Once. */
  attach(source: SecretReferences['absent']): void;
}

export function createSecretReferences(): SecretReferences {
  const early: ObjectName[] = [];
  let source: SecretReferences['absent'] = (namespace, name) => {
    early.push({ namespace, name });
    return 'unknown';
  };
  return {
    absent: (namespace, name) => source(namespace, name),
    attach(attached) {
      source = attached;
      for (const { namespace, name } of early.splice(0)) source(namespace, name);
    },
  };
}

export interface SecretSourceOptions {
  readonly api: Pick<KubeApi, 'list' | 'watch' | 'get'>;
  readonly references: SecretReferences;
  /** Undefined: all. A Secret of any other namespace is taken as absent without a question. */
  readonly namespaces: readonly string[] | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly observer?: ReflectorObserver | undefined;
  /** The Secrets that objects name; asked while no host is built yet. */
  namedSecrets(): Iterable<ObjectName>;
  /** Whether a host reads the Secret, present or not. */
  isRead(namespace: string, name: string): boolean;
  deliver(events: readonly ObjectEvent[]): void;
  /** Once: of each Secret that is named it is known whether it is there. */
  onSynced(): void;
}

export interface SecretSource extends Runnable {
  /** What it still waits for before it is synced: a line for people. Undefined also before it runs. */
  waiting(): string | undefined;
}

/** Between two looks at which Secrets are still read, in milliseconds. */
const sweepMs = 60_000;
/** So many that no watch tells of are asked for again: those that were absent, and those without room for a watch. */
const askedAgainPerSweep = 100;

/** `run` starts once the objects that name Secrets are there. */
export function createSecretSource(options: SecretSourceOptions): SecretSource {
  const source = new Source(options);
  options.references.attach((namespace, name) => source.absent({ namespace, name }));
  return { name: 'secrets', run: (signal) => source.run(signal), waiting: () => source.waiting() };
}

class Source {
  readonly #options: SecretSourceOptions;
  readonly #namespaces: ReadonlySet<string> | undefined;
  readonly #wanted = new WantedSecrets();
  #reflectors: readonly Reflector[] = [];
  #unlisted = 0;
  /** Once the lists are there: who is not in them has to be asked for. */
  #asker: SecretAsker | undefined;
  #ownWatches: OwnWatches | undefined;
  #synced = false;

  constructor(options: SecretSourceOptions) {
    this.#options = options;
    this.#namespaces = options.namespaces && new Set(options.namespaces);
  }

  absent(name: ObjectName): 'unknown' | undefined {
    if (!this.#want(name)) return undefined;
    return this.#wanted.stateOf(name) === 'asking' ? 'unknown' : undefined;
  }

  waiting(): string | undefined {
    if (this.#synced || this.#reflectors.length === 0) return undefined;
    if (this.#unlisted > 0) return this.#reflectors.flatMap((one) => one.waiting() ?? [])[0];
    // No names and no words of the server: this is shown on an open port.
    const code = this.#asker?.lastFailure;
    const failing = code === undefined ? '' : `, the last answer was ${code || 'none'}`;
    return `getting ${this.#wanted.awaited} secrets that routes name${failing}`;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#seed();
    const asker = new SecretAsker({
      ...this.#options,
      signal,
      isListed: (name) => this.#isListed(name),
      answered: (name, object) => this.#answered(name, object),
      postponed: (name) => {
        this.#wanted.postpone(name);
        this.#progress();
      },
    });
    const deliver = (events: readonly ObjectEvent[]) => this.#watched(events);
    const ownWatches = new OwnWatches({ ...this.#options, signal, deliver });
    this.#ownWatches = ownWatches;
    const namespaces = this.#namespaces ? [...this.#namespaces] : [undefined];
    this.#unlisted = namespaces.length;
    this.#reflectors = namespaces.map((namespace) => this.#reflector(namespace, asker));
    const running = [...this.#reflectors.map((reflector) => reflector.run(signal)), this.#sweeps(signal)];
    await Promise.race([Promise.all(running), asker.broken, ownWatches.broken]);
  }

  #reflector(namespace: string | undefined, asker: SecretAsker): Reflector {
    return createReflector({
      ...this.#options,
      resource: resources.secrets,
      namespace,
      fieldSelector: `type=${watchedType}`,
      deliver: (events) => this.#watched(events),
      onSynced: () => {
        this.#unlisted--;
        if (this.#unlisted === 0) this.#listed(asker);
      },
    });
  }

  #listed(asker: SecretAsker): void {
    this.#asker = asker;
    for (const name of this.#wanted.unknown()) asker.ask(name);
    this.#progress();
  }

  #answered(name: ObjectName, object: RawObject | undefined): void {
    this.#deliver(this.#wanted.answered(name, object, this.#isListed(name)));
    const isHeld = this.#wanted.stateOf(name) === 'held';
    if (isHeld && object !== undefined && !isCertificate(object)) this.#ownWatches?.start(name);
  }

  #isListed(name: ObjectName): boolean {
    return this.#reflectors.some((reflector) => reflector.knows(name));
  }

  #watched(events: readonly ObjectEvent[]): void {
    const wanted = events.flatMap((event) => this.#wanted.watched(event));
    for (const { object } of wanted) {
      const name = identityOf(resources.secrets, object);
      if (name !== undefined) this.#asker?.overtaken(name);
    }
    this.#deliver(wanted);
  }

  #deliver(events: readonly ObjectEvent[]): void {
    if (events.length > 0) this.#options.deliver(events);
    this.#progress();
  }

  /** Objects that came while Secrets were fetched may name more of them: their hosts have no last build to keep. */
  #progress(): void {
    if (this.#synced || this.#asker === undefined || this.#wanted.awaited > 0) return;
    this.#seed();
    if (this.#wanted.awaited > 0) return;
    this.#synced = true;
    this.#options.onSynced();
  }

  #seed(): void {
    for (const name of this.#options.namedSecrets()) this.#want(name);
  }

  /** False: there can be none. */
  #want(name: ObjectName): boolean {
    if (!isPossible(name) || this.#namespaces?.has(name.namespace) === false) return false;
    if (this.#wanted.add(name)) this.#asker?.ask(name);
    return true;
  }

  async #sweeps(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.#options.clock, sweepMs, signal);
      if (this.#synced && !signal.aborted) this.#sweep();
    }
  }

  #sweep(): void {
    const { events, names } = this.#wanted.drop(this.#options.isRead);
    for (const name of names) {
      this.#asker?.cancel(name);
      this.#ownWatches?.stop(name);
    }
    this.#deliver(events);
    for (const name of this.#wanted.unwatched(askedAgainPerSweep)) this.#asker?.ask(name);
  }
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Names are the users' words and become part of a path: `..` must not ask for something else. */
const isPossible = ({ namespace, name }: ObjectName): boolean =>
  label.test(namespace) && subdomain.test(name);
