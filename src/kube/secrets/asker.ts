// Fetches single Secrets, a few at a time, each until there is an answer.
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { pause } from '../../runtime/pause.ts';
import type { RawObject } from '../../store/events.ts';
import { ApiError, type KubeApi, type ObjectName } from '../api.ts';
import { ask } from '../reflector/ask.ts';
import { BackOff } from '../reflector/back-off.ts';
import { nameKey } from '../reflector/known.ts';
import { remedyFor } from '../reflector/trouble.ts';
import { resources } from '../resources.ts';

export interface SecretAskerOptions {
  readonly api: Pick<KubeApi, 'get'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Whether a list has the name: then an answer that forbids to read it does not mean that there is none. */
  isListed(name: ObjectName): boolean;
  /** Undefined: there is none, or none that we may read. */
  answered(name: ObjectName, object: RawObject | undefined): void;
  /** It fails again and again, while others do not; it is asked for all the same. */
  postponed(name: ObjectName): void;
}

const parallel = 16;
/** After so many failures, or a failure after so many milliseconds, nobody should wait for one Secret. */
const patience = { failures: 5, ms: 5_000 } as const;
/** One answer, in milliseconds. */
const withinMs = 30_000;
/** Namespaces whose trouble is told; users make up more than anybody reads. */
const mostToldNamespaces = 50;

interface Task {
  readonly name: ObjectName;
  readonly backOff: BackOff;
  /** In a row, of its own and not the server's. */
  failures: number;
  /** When the first request of this row began; undefined before it. */
  failingSince: number | undefined;
  postponed: boolean;
  running: boolean;
  /** What comes back may be older than something that is known by now. */
  stale: boolean;
  /** Nobody waits for it any more. */
  cancelled: boolean;
}

export class SecretAsker {
  readonly #options: SecretAskerOptions;
  readonly #tasks = new Map<string, Task>();
  readonly #queue: Task[] = [];
  readonly #serverBackOff: BackOff;
  readonly #toldNamespaces = new Set<string>();
  readonly #broken = Promise.withResolvers<never>();
  #running = 0;
  #paused = false;
  #lastFailure: number | undefined;
  /** Who met the last failure that may be the server's, unless another answer came after it. */
  #suspect: Task | undefined;

  constructor(options: SecretAskerOptions) {
    this.#options = options;
    this.#serverBackOff = new BackOff(options.random);
  }

  /** Rejects if `answered` throws. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  /** HTTP status of the last failure, 0 if there was no answer; undefined if the last request was answered. */
  get lastFailure(): number | undefined {
    return this.#lastFailure;
  }

  /** Answered once, by what is so after this call. */
  ask(name: ObjectName): void {
    const known = this.#tasks.get(nameKey(name));
    if (known !== undefined) {
      known.cancelled = false;
      known.stale = known.running;
      return;
    }
    const backOff = new BackOff(this.#options.random);
    const failing = { failures: 0, failingSince: undefined, postponed: false };
    const task: Task = { name, backOff, ...failing, running: false, stale: false, cancelled: false };
    this.#tasks.set(nameKey(name), task);
    this.#queue.push(task);
    this.#pump();
  }

  /** Something newer than what a running request may answer is known: that request is made again, a waiting one not. */
  overtaken(name: ObjectName): void {
    const task = this.#tasks.get(nameKey(name));
    if (task?.running) task.stale = true;
    else this.cancel(name);
  }

  cancel(name: ObjectName): void {
    const task = this.#tasks.get(nameKey(name));
    if (task !== undefined) task.cancelled = true;
  }

  #pump(): void {
    while (!this.#paused && !this.#options.signal.aborted && this.#running < parallel) {
      const task = this.#queue.shift();
      if (task === undefined) return;
      if (task.cancelled) this.#tasks.delete(nameKey(task.name));
      else this.#fetch(task).catch(this.#broken.reject);
    }
  }

  async #fetch(task: Task): Promise<void> {
    const { api, clock, signal } = this.#options;
    const { name } = task;
    task.failingSince ??= clock.now();
    task.running = true;
    task.stale = false;
    this.#running++;
    const outcome = await ask({ clock, signal, withinMs, what: `get secret ${nameKey(name)}` }, (limited) =>
      api.get(resources.secrets, name, limited),
    ).then(
      (object) => ({ object }),
      (error: unknown) => ({ error }),
    );
    task.running = false;
    this.#running--;
    if (signal.aborted) return;
    if (task.cancelled) this.#tasks.delete(nameKey(name));
    else if ('error' in outcome) this.#failed(task, outcome.error);
    else this.#succeeded(task, outcome.object);
    this.#pump();
  }

  #succeeded(task: Task, object: RawObject | undefined): void {
    this.#serverBackOff.reset();
    this.#lastFailure = undefined;
    this.#suspect = undefined;
    if (task.stale) {
      task.failures = 0;
      task.failingSince = undefined;
      this.#queue.push(task);
      return;
    }
    this.#tasks.delete(nameKey(task.name));
    this.#options.answered(task.name, object);
  }

  #failed(task: Task, error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    const { name } = task;
    if (error.code === 403)
      this.#tell(name, `${error.message}; ${remedyFor(403, resources.secrets, name.namespace)}`);
    if (isFinal(error.code) && !(error.code === 403 && this.#options.isListed(name))) {
      this.#succeeded(task, undefined);
      return;
    }
    this.#lastFailure = error.code;
    this.#options.log.debug(error.message);
    const others = this.#othersFail(task, error);
    if (others) task.failingSince = undefined;
    else this.#failedAlone(task, error);
    if (others || asksToWait(error)) {
      this.#queue.push(task);
      this.#pause(error);
      return;
    }
    const { clock, signal } = this.#options;
    void pause(clock, task.backOff.next(error), signal).then(() => {
      this.#queue.push(task);
      this.#pump();
    });
  }

  /** Two Secrets in a row are the server's trouble; one that cannot be read is its owner's, not that of all others. */
  #othersFail(task: Task, { code }: ApiError): boolean {
    const before = this.#suspect;
    this.#suspect = mayBeOfServer(code) ? task : undefined;
    return code === 401 || (this.#suspect !== undefined && before !== undefined && before !== task);
  }

  #failedAlone(task: Task, error: ApiError): void {
    task.failures++;
    const now = this.#options.clock.now();
    const late = now - (task.failingSince ?? now) >= patience.ms;
    if (task.postponed || (task.failures < patience.failures && !late)) return;
    task.postponed = true;
    this.#postpone(task.name, error);
  }

  /** The requests that fail together with the first one don't add to its pause. */
  #pause(error: ApiError): void {
    if (this.#paused) return;
    this.#paused = true;
    const { clock, signal } = this.#options;
    void pause(clock, this.#serverBackOff.next(error), signal).then(() => {
      this.#paused = false;
      this.#pump();
    });
  }

  #postpone(name: ObjectName, error: ApiError): void {
    this.#tell(name, `${error.message}; asking again, its hosts wait`);
    this.#options.postponed(name);
  }

  /** Once for each namespace. */
  #tell({ namespace }: ObjectName, message: string): void {
    if (this.#toldNamespaces.has(namespace) || this.#toldNamespaces.size >= mostToldNamespaces) return;
    this.#toldNamespaces.add(namespace);
    this.#options.log.warn(message);
  }
}

/** There is none as far as we are concerned: forbidden, or a name that no Secret can have. */
const isFinal = (code: number): boolean => code === 400 || code === 403 || code === 404 || code === 422;

/** Every other request may fail as well. */
const mayBeOfServer = (code: number): boolean => [0, 401, 429, 503, 504].includes(code);

/** The server says so of all requests. */
const asksToWait = ({ code, retryAfterMs }: ApiError): boolean =>
  retryAfterMs !== undefined && (code === 429 || code === 503);
