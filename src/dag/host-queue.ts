// Hosts that wait to be built, each once: those that a user edited before those that merely share something.

/** After so many edited hosts one of the others has its turn: constant editing must not stop them. */
const editedInARow = 3;

export class HostQueue {
  readonly #edited = new Set<string>();
  readonly #shared = new Set<string>();
  #row = 0;

  get size(): number {
    return this.#edited.size + this.#shared.size;
  }

  has(host: string): boolean {
    return this.#edited.has(host) || this.#shared.has(host);
  }

  add(host: string, options: { readonly edited: boolean }): void {
    if (options.edited) {
      this.#shared.delete(host);
      this.#edited.add(host);
    } else if (!this.#edited.has(host)) {
      this.#shared.add(host);
    }
  }

  /** First in, first out within either kind. */
  take(): string | undefined {
    const othersTurn = this.#row >= editedInARow && this.#shared.size > 0;
    const queue = this.#edited.size > 0 && !othersTurn ? this.#edited : this.#shared;
    this.#row = queue === this.#edited ? this.#row + 1 : 0;
    for (const host of queue) {
      queue.delete(host);
      return host;
    }
    return undefined;
  }
}
