// When a collection that is not found is taken as one that does not exist: a CRD that is not installed.

/**
 * Milliseconds over which nothing but 404 must come. A server that has just started does not know all CRDs yet, and
 * taking that for an absence would delete every object.
 */
const confirmedAfterMs = 10_000;

export class Absence {
  #since: number | undefined;
  #confirmed = false;

  get confirmed(): boolean {
    return this.#confirmed;
  }

  /** A 404 at this time. True: it lasts long enough, and was not confirmed before. */
  notFound(now: number): boolean {
    this.#since ??= now;
    return !this.#confirmed && now - this.#since >= confirmedAfterMs;
  }

  /** The server answers for other kinds, so that this one is absent is certain. */
  confirm(): void {
    this.#confirmed = true;
  }

  /** Any other answer, or none at all: 404s before it prove nothing any more. */
  doubt(): void {
    this.#since = undefined;
  }

  /** The collection answered. */
  exists(): void {
    this.#since = undefined;
    this.#confirmed = false;
  }

  /** Milliseconds after which another 404 is a confirmation; undefined if there is nothing to confirm. */
  confirmableIn(now: number): number | undefined {
    if (this.#confirmed || this.#since === undefined) return undefined;
    return Math.max(0, this.#since + confirmedAfterMs - now);
  }
}
