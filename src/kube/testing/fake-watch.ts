// One open watch of the API server in memory.
import type { RawObject } from '../../store/events.ts';
import type { ApiError, WatchEvent } from '../api.ts';

export class FakeWatch {
  readonly plural: string;
  readonly #selects: (object: RawObject) => boolean;
  #waiting: WatchEvent[] = [];
  #over: { readonly error: ApiError | undefined } | undefined;
  #wake = () => {};

  constructor(plural: string, selects: (object: RawObject) => boolean) {
    this.plural = plural;
    this.#selects = selects;
  }

  push(events: readonly WatchEvent[]): void {
    if (this.#over) return;
    const selected = events.filter((event) => event.type === 'BOOKMARK' || this.#selects(event.object));
    this.#waiting.push(...selected);
    this.#wake();
  }

  end(error?: ApiError): void {
    this.#over ??= { error };
    this.#wake();
  }

  /** What was pushed before the end is delivered still. */
  async *batches(signal: AbortSignal): AsyncIterable<readonly WatchEvent[]> {
    signal.addEventListener('abort', () => this.end(), { once: true });
    while (!signal.aborted) {
      const batch = this.#waiting;
      this.#waiting = [];
      if (batch.length > 0) yield batch;
      else if (this.#over?.error) throw this.#over.error;
      else if (this.#over) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
