// Follows the objects that say where Envoy is reached, and tells the addresses when they change.
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import type { KubeApi } from '../api.ts';
import type { ReflectorObserver } from '../observer.ts';
import { identityOf } from '../reflector/known.ts';
import { createReflector, type ReflectorOptions } from '../reflector/reflector.ts';
import { type Resource, resources } from '../resources.ts';
import { type Address, addressesText, mostAddresses, shownAddress } from './address.ts';
import { nodeAddresses, nodeOfReadyPod, serviceAddresses } from './envoys.ts';
import { Steady } from './steady.ts';

export type AddressPlace =
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  /** `selector`: a label selector, as in the API. */
  | { readonly kind: 'nodes'; readonly namespace: string; readonly selector: string };

export interface AddressSourceOptions {
  readonly place: AddressPlace;
  readonly api: Pick<KubeApi, 'list' | 'watch'>;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly observer?: ReflectorObserver | undefined;
  /**
   * At most `mostAddresses`, in order. Called when all is read and then only with others; never called as long as
   * something can't be read. Empty: there has been none for `heldMs`.
   */
  tell(addresses: readonly Address[]): void;
}

/** Changes within so many milliseconds are told together: the pods of many nodes turn ready at the same time. */
const collectMs = 1_000;

export const createAddressSource = (options: AddressSourceOptions): Runnable => ({
  name: 'addresses of Envoy',
  run: (signal) => new Run(options, signal).until(),
});

class Run {
  readonly #options: AddressSourceOptions;
  readonly #signal: AbortSignal;
  readonly #steady: Steady;
  /** By name: of the Service its addresses, of nodes theirs. */
  readonly #addresses = new Map<string, readonly Address[]>();
  /** The node of each ready pod. */
  readonly #ready = new Map<string, string>();
  readonly #unsynced = new Set<Resource>();
  #told: string | undefined;
  #planned: { readonly at: number; cancel(): void } | undefined;
  #warned = '';

  constructor(options: AddressSourceOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#steady = new Steady(options.place.kind === 'nodes' ? 'each' : 'last');
  }

  async until(): Promise<void> {
    const { place } = this.#options;
    const { namespace } = place;
    const parts =
      place.kind === 'service'
        ? [
            this.#follow(
              resources.services,
              { namespace, fieldSelector: `metadata.name=${place.name}` },
              (name, object) =>
                // A server that doesn't know the selector answers with all.
                name === place.name ? this.#know(name, object && serviceAddresses(object)) : undefined,
            ),
          ]
        : [
            this.#follow(resources.pods, { namespace, labelSelector: place.selector }, (name, object) =>
              this.#place(name, object && nodeOfReadyPod(object)),
            ),
            this.#follow(resources.nodes, {}, (name, object) =>
              this.#know(name, object && nodeAddresses(object)),
            ),
          ];
    try {
      await Promise.all(parts);
    } finally {
      this.#planned?.cancel();
    }
  }

  /** Nothing of an object is kept but what `read` takes of it. `object` undefined: it is gone. */
  #follow(
    resource: Resource,
    scope: Pick<ReflectorOptions, 'namespace' | 'fieldSelector' | 'labelSelector'>,
    read: (name: string, object: RawObject | undefined) => void,
  ): Promise<void> {
    this.#unsynced.add(resource);
    const deliver = (events: readonly ObjectEvent[]): void => {
      for (const { type, object } of events) {
        const name = identityOf(resource, object)?.name;
        if (name !== undefined) read(name, type === 'deleted' ? undefined : object);
      }
      this.#changed();
    };
    const onSynced = (): void => {
      this.#unsynced.delete(resource);
      this.#publish();
    };
    return createReflector({ ...this.#options, resource, ...scope, deliver, onSynced }).run(this.#signal);
  }

  #know(name: string, addresses: readonly Address[] | undefined): void {
    if (addresses === undefined) this.#addresses.delete(name);
    else this.#addresses.set(name, addresses);
  }

  #place(pod: string, node: string | undefined): void {
    if (node === undefined) this.#ready.delete(pod);
    else this.#ready.set(pod, node);
  }

  #changed(): void {
    if (this.#unsynced.size === 0) this.#publishIn(collectMs);
  }

  /** Never later than it is planned: changes without end don't put it off. */
  #publishIn(ms: number): void {
    const { clock } = this.#options;
    const at = clock.now() + ms;
    if (this.#planned !== undefined && this.#planned.at <= at) return;
    this.#planned?.cancel();
    this.#planned = { at, cancel: clock.after(ms, () => this.#publish()) };
  }

  #publish(): void {
    if (this.#unsynced.size > 0 || this.#signal.aborted) return;
    this.#planned?.cancel();
    this.#planned = undefined;
    const there = this.#there();
    const { told, againMs } = this.#steady.update(there, this.#options.clock.now());
    this.#warn(there, told ?? []);
    if (againMs !== undefined) this.#publishIn(againMs);
    if (told === undefined) return;
    const shown = told.slice(0, mostAddresses);
    if (addressesText(shown) === this.#told) return;
    this.#told = addressesText(shown);
    this.#options.log.info(
      `Ingresses show as their address: ${shown.map(shownAddress).join(', ') || 'none'}`,
    );
    this.#options.tell(shown);
  }

  #there(): readonly Address[] {
    if (this.#options.place.kind === 'service') return [...this.#addresses.values()].flat();
    return [...new Set(this.#ready.values())].flatMap((node) => this.#addresses.get(node) ?? []);
  }

  /** Each once, until something else is to be said. */
  #warn(there: readonly Address[], told: readonly Address[]): void {
    const isCut = told.length > mostAddresses;
    const words = there.length === 0 ? this.#nothing() : isCut ? tooMany : '';
    if (words !== '' && words !== this.#warned) this.#options.log.warn(words);
    this.#warned = words;
  }

  #nothing(): string {
    const { place } = this.#options;
    const { namespace } = place;
    if (place.kind === 'service')
      return this.#addresses.has(place.name)
        ? `Service ${namespace}/${place.name} has no address: neither its load balancer nor spec.externalIPs says one`
        : `there is no Service ${namespace}/${place.name}: Ingresses get no address from it`;
    return this.#ready.size === 0
      ? `no pod in namespace ${namespace} with the labels ${place.selector} is ready: Ingresses get no address from its node`
      : 'the nodes of the Envoy pods have no address of type ExternalIP or InternalIP';
  }
}

const tooMany = `Envoy is reached at more than ${mostAddresses} addresses: Ingresses show the first ${mostAddresses}; a load balancer in front of the nodes has one (--ingress-status-address)`;
