// The address in the status of Ingresses: every one of ours shows it, and one that is ours no longer loses what we wrote.
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { Address } from '../kube/addresses/address.ts';
import { resources } from '../kube/resources.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Outcome, Rank } from '../runtime/keyed-queue.ts';
import { addressesPrint, addressPatch } from './address-patch.ts';
import type { Plans, Task } from './attempt.ts';
import type { Mirror, Mirrored } from './mirror.ts';
import type { StatusObserver } from './observer.ts';
import type { Pace } from './pace.ts';
import type { Troubles } from './troubles.ts';

/** How long an Ingress that nobody judged is left alone, in milliseconds: its class may be on the way. */
export const unjudgedMs = 10_000;

export interface IngressAddressesOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly mirror: Mirror;
  readonly pace: Pace;
  readonly troubles: Troubles;
  readonly observer: StatusObserver;
}

interface Wanted {
  readonly addresses: readonly Address[];
  readonly print: string;
}

const nowhere: Wanted = { addresses: [], print: addressesPrint([]) };

/**
 * Validity doesn't matter: DNS records are made of the address, and a mistake in one path, or a Service that is being
 * replaced, must not take a host's record away. Users learn of mistakes by Events.
 */
export class IngressAddresses implements Plans {
  readonly resource = resources.ingresses;
  readonly troubles: Troubles;
  readonly #options: IngressAddressesOptions;
  /** The Ingresses that are ours by class, with the uid of the object that was judged. */
  readonly #ours = new Map<ObjectKey, string | undefined>();
  /** Since when an Ingress that says our address is known not to be ours. */
  readonly #strangers = new Map<ObjectKey, number>();
  #wanted: Wanted | undefined;
  #begun = false;

  constructor(options: IngressAddressesOptions) {
    this.#options = options;
    this.troubles = options.troubles;
  }

  /** All verdicts are told: who has none is not ours. Before, nothing is written. True: for the first time. */
  begin(): boolean {
    if (this.#begun) return false;
    this.#begun = true;
    return true;
  }

  /** From now on these, in this order. Before the first call nothing is written. */
  set(addresses: readonly Address[]): void {
    this.#wanted = { addresses, print: addressesPrint(addresses) };
    // What was refused for good were the addresses before.
    for (const key of this.#ours.keys()) this.troubles.forget(key);
  }

  /** In which rank it is to be written; undefined: not at all. */
  judged(key: ObjectKey, verdict: Verdict | undefined): Rank | undefined {
    if (verdict === undefined) this.#ours.delete(key);
    else this.#ours.set(key, verdict.uid);
    return this.#wanted === undefined ? undefined : 'late';
  }

  forget(key: ObjectKey): void {
    this.#strangers.delete(key);
    this.troubles.forget(key);
  }

  /** Whether the status says something else than it should. */
  isWrong(key: ObjectKey): boolean {
    const mirrored = this.#options.mirror.get(key);
    const wanted = mirrored && this.#wantedOf(key, mirrored);
    return wanted !== undefined && wanted.print !== mirrored?.addresses?.print;
  }

  plan(key: ObjectKey): Task | Outcome {
    const mirrored = this.#options.mirror.get(key);
    const wanted = mirrored && this.#wantedOf(key, mirrored);
    if (!wanted) this.#strangers.delete(key);
    if (!mirrored || !wanted || this.troubles.isFinal(key, mirrored)) return { kind: 'done' };
    if (wanted.print === mirrored.addresses?.print) {
      this.#options.observer.unchanged?.(this.resource.kind);
      return { kind: 'done' };
    }
    const holds = [this.#strangeMs(key), this.troubles.holdMs(key), this.#options.pace.holdMs(key)];
    const afterMs = Math.max(...holds);
    if (afterMs > 0) return { kind: 'again', afterMs, rank: 'late' };
    return { kind: 'write', mirrored, content: addressPatch(wanted.addresses, mirrored.resourceVersion) };
  }

  /** Undefined: its status is none of our business. */
  #wantedOf(key: ObjectKey, { uid, addresses }: Mirrored): Wanted | undefined {
    if (!this.#begun || this.#wanted === undefined || addresses === undefined) return undefined;
    const isOurs = this.#ours.has(key) && [uid, undefined].includes(this.#ours.get(key));
    if (isOurs && this.#wanted.addresses.length > 0) return this.#wanted;
    // Others' addresses stay, whoever they are.
    return addresses.isOurs ? nowhere : undefined;
  }

  /** For how many milliseconds an Ingress that is not ours keeps what we wrote. */
  #strangeMs(key: ObjectKey): number {
    if (this.#ours.has(key)) {
      this.#strangers.delete(key);
      return 0;
    }
    const now = this.#options.clock.now();
    const since = this.#strangers.get(key) ?? now;
    this.#strangers.set(key, since);
    return Math.max(0, since + unjudgedMs - now);
  }
}
