// The HTTPS listener, put together from chains that are encoded already, and what Envoy thinks of each of them: one
// that it refuses would keep the whole listener, of all tenants, as it was.
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { type Resource, versionOf } from '../xds/resource.ts';
import { concatenated, encode, type Piece } from './encode.ts';
import { checkListener } from './listener.ts';
import { checkName, hostOfCheck, listenerName } from './names.ts';
import { typeUrl } from './type-url.ts';

/** The chain of a host, as a listener that has nothing else. */
export interface HostChain extends Piece {
  /** Names of the clusters that it needs. */
  readonly clusters: readonly string[];
}

type Listener = Pick<Resource, 'name' | 'version'>;

/** Chains by host. */
type Composition = ReadonlyMap<string, HostChain>;

/**
 * Why a host's chain is left out. While any is `checking` the listener stays as it is: of a control plane that has
 * just started the clients may have the very chains that it would leave out. A host that had such a chain before is
 * checked apart (`again`), so that one that goes on changing holds nobody up.
 */
type Doubt = 'checking' | 'again' | 'refused';

/** Where changes go. */
export interface ChangesSink {
  readonly set: Resource[];
  readonly remove: { readonly type: string; readonly name: string }[];
}

/** So many versions of the listener may be answered late. */
const versionsInFlight = 16;

/**
 * Envoy's refusal of a listener names no chain. So every chain in it that no Envoy has accepted yet goes out in a
 * listener of its own, which takes no connections; the listener of all waits, and leaves out what is refused there.
 * A host whose new chain is refused keeps the one before.
 */
export class FilterChains {
  readonly #base: Piece;
  readonly #wanted = new Map<string, HostChain>();
  /** The last chain of a host that an Envoy accepted, in the listener or apart. */
  readonly #accepted = new Map<string, HostChain>();
  /** Hosts that have a chain in a version of the listener that an Envoy accepted. */
  readonly #served = new Set<string>();
  /** Those of them whose chain takes all connections by now. */
  readonly #inUse = new Set<string>();
  readonly #doubted = new Map<string, Doubt>();
  /** What the latest versions of the listener are made of. */
  readonly #compositions = new Map<string, Composition>();
  #listener: Resource;
  #changed = false;

  /** `base`: the listener with the chain of all other hosts. */
  constructor(base: Piece) {
    this.#base = base;
    this.#listener = this.#assemble();
  }

  /** The listener as it should be. */
  get listener(): Resource {
    return this.#listener;
  }

  /**
   * `in use`: the host's connections go by a chain of its own, this or an earlier one. `refused`: no Envoy has one, and
   * this can't be had. undefined: the host is to have none.
   */
  state(host: string): 'in use' | 'refused' | 'waiting' | undefined {
    if (!this.#wanted.has(host)) return undefined;
    if (this.#inUse.has(host)) return 'in use';
    return this.#doubted.get(host) === 'refused' && !this.#served.has(host) ? 'refused' : 'waiting';
  }

  /** From now on the host has this chain, or none. */
  set(host: string, chain: HostChain | undefined, to: ChangesSink): void {
    if (this.#wanted.get(host)?.version === chain?.version) return;
    this.#changed = true;
    if (chain === undefined) {
      this.#wanted.delete(host);
      this.#accepted.delete(host);
      this.#served.delete(host);
      this.#inUse.delete(host);
      this.#trust(host, to);
      return;
    }
    this.#wanted.set(host, chain);
    if (this.#doubted.has(host)) this.#check(host, chain, 'again', to);
  }

  /** Puts the listener together again if it is to change, once for all calls since. */
  settle(to: ChangesSink): void {
    if (!this.#changed || [...this.#doubted.values()].includes('checking')) return;
    this.#changed = false;
    const listener = this.#assemble();
    if (listener.version === this.#listener.version) return;
    this.#listener = listener;
    to.set.push(listener);
  }

  /** An Envoy accepted this listener. */
  accepted({ name, version }: Listener, to: ChangesSink): void {
    const composition = this.#judged({ name, version });
    const checked = hostOfCheck(name);
    for (const [host, chain] of composition) {
      if (!this.#wanted.has(host)) continue;
      this.#accepted.set(host, chain);
      if (checked === undefined) this.#served.add(host);
    }
    if (checked === undefined || composition.size === 0) return;
    this.#trust(checked, to);
    this.#changed = true;
  }

  /** An Envoy that accepted this listener uses it for every connection. Answers with the hosts whose state changed. */
  inUse({ name, version }: Listener): readonly string[] {
    if (hostOfCheck(name) !== undefined) return [];
    const hosts = [...this.#judged({ name, version }).keys()];
    const changed = hosts.filter((host) => this.#served.has(host) && !this.#inUse.has(host));
    for (const host of changed) this.#inUse.add(host);
    return changed;
  }

  /** An Envoy refused this listener. Answers with the hosts whose state changed. */
  refused({ name, version }: Listener, to: ChangesSink): readonly string[] {
    const composition = this.#judged({ name, version });
    const host = hostOfCheck(name);
    if (host === undefined) {
      for (const [of, chain] of composition) {
        const judged = this.#accepted.get(of) === chain || this.#doubted.has(of);
        if (!judged && this.#wanted.get(of) === chain) this.#check(of, chain, 'checking', to);
      }
      return [];
    }
    if (composition.size === 0) return [];
    this.#doubted.set(host, 'refused');
    this.#changed = true;
    return this.#served.has(host) ? [] : [host];
  }

  /** The chains in a listener; of a check, only if it is still the chain that the host is to have. */
  #judged({ name, version }: Listener): Composition {
    const host = hostOfCheck(name);
    if (host === undefined) return this.#compositions.get(version) ?? new Map();
    const chain = this.#wanted.get(host);
    return chain?.version === version ? new Map([[host, chain]]) : new Map();
  }

  #check(host: string, chain: HostChain, doubt: Doubt, to: ChangesSink): void {
    this.#doubted.set(host, doubt);
    const bytes = () => concatenated([encode(ListenerSchema, checkListener(host)), chain.bytes]);
    to.set.push(lazy({ name: checkName(host), version: chain.version, requires: [], bytes }));
  }

  #trust(host: string, to: ChangesSink): void {
    if (this.#doubted.delete(host)) to.remove.push({ type: typeUrl.listener, name: checkName(host) });
  }

  /** What a host is given: its chain, or while that is refused the one before. */
  #composition(): Composition {
    const chains = new Map<string, HostChain>();
    for (const host of [...this.#wanted.keys()].sort()) {
      const chain = (this.#doubted.has(host) ? this.#accepted : this.#wanted).get(host);
      if (chain !== undefined) chains.set(host, chain);
    }
    return chains;
  }

  #assemble(): Resource {
    const composition = this.#composition();
    const chains = [...composition.values()];
    const parts = [this.#base, ...chains];
    const version = versionOf(new TextEncoder().encode(parts.map((part) => part.version).join(' ')));
    this.#remember(version, composition);
    return lazy({
      name: listenerName('https'),
      version,
      requires: [...new Set(chains.flatMap(({ clusters }) => clusters))].sort(),
      bytes: () => concatenated(parts.map(({ bytes }) => bytes)),
    });
  }

  #remember(version: string, composition: Composition): void {
    this.#compositions.delete(version);
    this.#compositions.set(version, composition);
    const [oldest] = this.#compositions.keys();
    if (this.#compositions.size > versionsInFlight && oldest !== undefined) this.#compositions.delete(oldest);
  }
}

/** A listener whose bytes are put together when the first client is sent them: many versions are never sent. */
function lazy({
  bytes,
  ...head
}: Pick<Resource, 'name' | 'version' | 'requires'> & { readonly bytes: () => Uint8Array }): Resource {
  let made: Uint8Array | undefined;
  return {
    ...head,
    type: typeUrl.listener,
    get bytes() {
      made ??= bytes();
      return made;
    },
  };
}
