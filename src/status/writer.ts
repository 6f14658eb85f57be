// Writes statuses, once for each change: of IngressRoutes the verdict, of Ingresses the address. Verdicts become Events, too.
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { Address } from '../kube/addresses/address.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Clock } from '../runtime/clock.ts';
import { createKeyedQueue, type KeyedQueue, type Rank } from '../runtime/keyed-queue.ts';
import type { Log } from '../runtime/log.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { ObjectEvent } from '../store/events.ts';
import { createAttempt } from './attempt.ts';
import { createEventSender, type EventSender, type News } from './events.ts';
import { IngressAddresses } from './ingress-addresses.ts';
import { IngressNews } from './ingress-news.ts';
import { Mirror, type Mirrored } from './mirror.ts';
import type { StatusObserver } from './observer.ts';
import { Pace } from './pace.ts';
import { Repairs } from './repairs.ts';
import { RouteStatuses } from './route-statuses.ts';
import { createTroubles } from './troubles.ts';
import { isSameFingerprint } from './written.ts';

export interface StatusWriterOptions {
  readonly api: Pick<KubeApi, 'get' | 'patchStatus' | 'create'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  readonly observer?: StatusObserver;
  /** How many statuses are written at a time; default 8. */
  readonly concurrency?: number;
  /** What Events name as their reporter: the pod's name. */
  readonly instance: string;
  /**
   * The field manager of `api`: an address is taken back only if it says that we wrote it. Undefined: addresses of
   * Ingresses are neither read nor written.
   */
  readonly addressManager?: string | undefined;
}

/** Remembers while it doesn't run, and writes only while it runs: a replica that takes over is up to date. */
export interface StatusWriter extends Runnable {
  /** Every batch of the source, before the pipeline has it: what the cluster says of the objects. */
  observe(events: readonly ObjectEvent[]): void;
  /** Starts the first writes before it returns. Undefined: no status of ours is written any more. */
  verdicts(changed: ReadonlyMap<ObjectKey, Verdict | undefined>): void;
  /** What every Ingress of ours shows from now on; before the first call none is written. */
  addresses(addresses: readonly Address[]): void;
}

export const createStatusWriter = (options: StatusWriterOptions): StatusWriter => new Writer(options);

const routesRemedy = 'allow patch of ingressroutes/status in the API group contour.heptio.com';
const ingressesRemedy = 'allow patch of ingresses/status in the API group networking.k8s.io';

class Writer implements StatusWriter {
  readonly name = 'status writer';
  readonly #mirror: Mirror;
  readonly #ingressNews = new IngressNews();
  readonly #routes: RouteStatuses;
  readonly #ingresses: IngressAddresses;
  readonly #events: EventSender;
  readonly #queue: KeyedQueue<ObjectKey>;
  readonly #repairs: Repairs;
  #runs = false;

  constructor(options: StatusWriterOptions) {
    const { api, clock, random, log, observer = {}, concurrency = 8, instance, addressManager } = options;
    const pauseAll = (ms: number): void => {
      this.#queue.pause(ms);
      this.#events.pause(ms);
    };
    const mirror = new Mirror(addressManager);
    const pace = new Pace(clock);
    const around = { clock, random, log, observer, pauseAll };
    const tell = this.#tell.bind(this);
    this.#mirror = mirror;
    this.#repairs = new Repairs(clock, (key) => this.#repair(key));
    this.#events = createEventSender({ api, instance, ...around });
    const routeTroubles = createTroubles({ ...around, remedy: routesRemedy });
    this.#routes = new RouteStatuses({ clock, mirror, pace, troubles: routeTroubles, observer, tell });
    const troubles = createTroubles({ ...around, remedy: ingressesRemedy });
    this.#ingresses = new IngressAddresses({ clock, mirror, pace, troubles, observer });
    const attempt = createAttempt({ api, mirror, pace, observer });
    this.#queue = createKeyedQueue<ObjectKey>({
      name: 'status writes',
      work: async (key, signal, rank) => {
        const plans = this.#plansOf(key);
        return plans ? attempt(key, plans, { signal, rank }) : { kind: 'done' };
      },
      workers: concurrency,
      ...{ clock, random },
      failed: (key, error, retryMs) => this.#plansOf(key)?.troubles.failed(key, error, retryMs),
      sized: (size) => observer.waiting?.(size),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#runs = true;
    await Promise.all([this.#queue.run(signal), this.#events.run(signal)]);
    this.#runs = false;
  }

  observe(happened: readonly ObjectEvent[]): void {
    for (const event of happened) {
      const change = this.#mirror.apply(event);
      if (change === undefined) continue;
      const { key, now, before } = change;
      if (now?.uid !== before?.uid) this.#routes.replaced(key);
      if (now === undefined) {
        this.#plansOf(key)?.forget(key);
        this.#repairs.forget(key);
      } else if (isOverwritten(now, before) && this.#plansOf(key)?.isWrong(key))
        this.#repairs.overwritten(key);
    }
  }

  verdicts(changed: ReadonlyMap<ObjectKey, Verdict | undefined>): void {
    const later: [ObjectKey, Rank][] = [];
    for (const [key, verdict] of changed) {
      if (isIngress(key)) this.#tell(key, this.#mirror.get(key), this.#ingressNews.of(key, verdict));
      const rank = this.#plansOf(key)?.judged(key, verdict);
      if (rank === 'urgent') this.#queue.add(key, rank);
      else if (rank) later.push([key, rank]);
    }
    for (const [key, rank] of later) this.#queue.add(key, rank);
    if (this.#ingresses.begin()) this.#showAddresses();
  }

  addresses(addresses: readonly Address[]): void {
    this.#ingresses.set(addresses);
    this.#showAddresses();
  }

  /** After all that users wait for: there may be thousands of Ingresses. */
  #showAddresses(): void {
    for (const key of this.#mirror.keys())
      if (isIngress(key) && this.#ingresses.isWrong(key)) this.#queue.add(key, 'late');
  }

  /** Undefined: objects of this kind get no status. */
  #plansOf(key: ObjectKey): RouteStatuses | IngressAddresses | undefined {
    if (isIngress(key)) return this.#ingresses;
    return key.startsWith('IngressRoute/') ? this.#routes : undefined;
  }

  #tell(key: ObjectKey, mirrored: Mirrored | undefined, news: News | undefined): void {
    if (mirrored && news) this.#events.tell(key, mirrored, news);
  }

  /** What is queued already is written anyway, and is no repair: then somebody else's change may have been ours. */
  #repair(key: ObjectKey): boolean {
    if (!this.#plansOf(key)?.isWrong(key)) return false;
    const isQueued = this.#queue.has(key);
    this.#queue.add(key, 'other');
    return this.#runs && !isQueued;
  }
}

const isIngress = (key: ObjectKey): boolean => key.startsWith('Ingress/');

/** Or an echo of a write of ours: then it says what we say, now or when the next echoes are here. */
const isOverwritten = (now: Mirrored, before: Mirrored | undefined): boolean =>
  before !== undefined &&
  before.uid === now.uid &&
  (before.addresses?.print !== now.addresses?.print ||
    !isSameFingerprint(before.status?.fingerprint, now.status?.fingerprint));
