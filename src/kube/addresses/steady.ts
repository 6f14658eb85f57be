// Addresses that are lost stay for a while: DNS records are made of them, and an Envoy that is replaced comes back. Pure.
import { type Address, addressesText, ordered } from './address.ts';

/** Longer than an Envoy takes to drain its connections and to start again, in milliseconds. */
export const heldMs = 120_000;

/** `each`: every lost address is held by itself. `last`: they are held only if none comes in their place. */
export type Hold = 'each' | 'last';

export class Steady {
  readonly #hold: Hold;
  /** Since when each address that is told is lost; undefined: it is there. */
  #told = new Map<string, { readonly address: Address; readonly lostAt: number | undefined }>();
  /** Since when there was none at all, before any was told. */
  #emptySince: number | undefined;

  constructor(hold: Hold) {
    this.#hold = hold;
  }

  /**
   * What to tell now that these are there; undefined: nothing yet, for an empty answer at the start may be the moment of
   * a restart. `againMs`: when to ask again with what is there then, if nothing changes before.
   */
  update(
    there: readonly Address[],
    now: number,
  ): { readonly told: readonly Address[] | undefined; readonly againMs: number | undefined } {
    if (there.length === 0 && this.#told.size === 0) {
      this.#emptySince ??= now;
      const againMs = this.#emptySince + heldMs - now;
      return againMs > 0 ? { told: undefined, againMs } : { told: [], againMs: undefined };
    }
    const held = this.#hold === 'each' || there.length === 0 ? this.#lost(there, now) : [];
    const next = [...held, ...there.map((address) => ({ address, lostAt: undefined }))];
    this.#told = new Map(next.map((entry) => [addressesText([entry.address]), entry]));
    if (this.#told.size === 0) this.#emptySince = now - heldMs;
    const ends = held.map(({ lostAt }) => lostAt + heldMs - now);
    return {
      told: ordered(next.map(({ address }) => address)),
      againMs: ends.length === 0 ? undefined : Math.min(...ends),
    };
  }

  /** What was told, is not there, and is still held. */
  #lost(there: readonly Address[], now: number): { readonly address: Address; readonly lostAt: number }[] {
    const present = new Set(there.map((address) => addressesText([address])));
    return [...this.#told]
      .filter(([text]) => !present.has(text))
      .map(([, { address, lostAt = now }]) => ({ address, lostAt }))
      .filter(({ lostAt }) => now - lostAt < heldMs);
  }
}
