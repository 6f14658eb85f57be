// What the graph reads of a cluster, read once: every list complete, and of Secrets those alone that are named.
import { decode } from '../dag/decode/index.ts';
import { secretsNamedBy } from '../dag/secret-names.ts';
import type { Clock } from '../runtime/clock.ts';
import { pause } from '../runtime/pause.ts';
import { StartError } from '../runtime/start-error.ts';
import type { RawObject } from '../store/events.ts';
import { ApiError, type KubeApi, type ObjectName, PageTooLarge } from './api.ts';
import { ask } from './reflector/ask.ts';
import { BackOff } from './reflector/back-off.ts';
import { nameKey } from './reflector/known.ts';
import { pagesOf } from './reflector/pages.ts';
import { fullName, mayBeAbsent } from './reflector/trouble.ts';
import { type Resource, resources } from './resources.ts';

export interface Snapshot {
  readonly objects: readonly RawObject[];
  /** Kinds that the cluster does not have: their CRDs are not installed. */
  readonly absent: readonly string[];
  /** Secrets that are named and that we may not read (403). */
  readonly forbidden: readonly ObjectName[];
}

export interface SnapshotOptions {
  readonly api: Pick<KubeApi, 'list' | 'get'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Objects beside the cluster's whose Secrets are read, too. */
  readonly files: readonly RawObject[];
  /** Told every two seconds. */
  readonly progress: (objects: number) => void;
}

/** Endpoints change no verdict. */
const listedKinds: readonly Resource[] = [
  resources.ingressRoutes,
  resources.tlsCertificateDelegations,
  resources.ingresses,
  resources.ingressClasses,
  resources.services,
];

/** For all of it, in milliseconds. */
const deadlineMs = 60_000;
const progressMs = 2_000;
/** Requests for Secrets at a time. */
const parallel = 16;
/** How often what may pass by itself is tried. */
const mostTries = 3;
/** One answer, in milliseconds. */
const withinMs = 30_000;

/** Rejects with a StartError if the cluster cannot be read completely or not in time. */
export async function readSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const lifetime = new AbortController();
  const stop = () => lifetime.abort();
  const cancelDeadline = options.clock.after(deadlineMs, stop);
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  const reading = new Reading({ ...options, signal: lifetime.signal });
  const cancelProgress = every(options.clock, progressMs, () => options.progress(reading.count));
  try {
    return await reading.run();
  } catch (error) {
    if (options.signal.aborted) throw new StartError('stopped while the cluster was read');
    if (lifetime.signal.aborted)
      throw new StartError(
        `the cluster was not read within ${deadlineMs / 1_000} s (${reading.count} objects came); try again, or nearer to it`,
      );
    throw error;
  } finally {
    cancelDeadline();
    cancelProgress();
    options.signal.removeEventListener('abort', stop);
    stop();
  }
}

class Reading {
  readonly #options: Omit<SnapshotOptions, 'progress'>;
  readonly #absent: string[] = [];
  readonly #forbidden: ObjectName[] = [];
  count = 0;

  constructor(options: Omit<SnapshotOptions, 'progress'>) {
    this.#options = options;
  }

  async run(): Promise<Snapshot> {
    const lists = await Promise.all(listedKinds.map((resource) => this.#list(resource)));
    const listed = lists.flat();
    const secrets = await this.#secrets([...listed, ...this.#options.files]);
    return {
      objects: [...listed, ...secrets],
      absent: this.#absent.sort(),
      forbidden: this.#forbidden.sort((a, b) => (nameKey(a) < nameKey(b) ? -1 : 1)),
    };
  }

  async #list(resource: Resource): Promise<readonly RawObject[]> {
    const listed = await this.#try(resource, async () => {
      const items: RawObject[] = [];
      for await (const page of pagesOf({ ...this.#options, resource }, this.#options.signal)) {
        items.push(...page.items);
        this.count += page.items.length;
      }
      this.#options.signal.throwIfAborted();
      return items;
    });
    if (listed !== undefined) return listed;
    this.#absent.push(fullName(resource));
    return [];
  }

  async #secrets(objects: readonly RawObject[]): Promise<readonly RawObject[]> {
    const found: RawObject[] = [];
    const names = namedSecrets(objects).values();
    const work = async () => {
      for (const name of names) found.push(...(await this.#secret(name)));
    };
    await Promise.all(Array.from({ length: parallel }, work));
    return found;
  }

  async #secret(name: ObjectName): Promise<readonly RawObject[]> {
    const { api, clock, signal } = this.#options;
    const asking = { clock, signal, withinMs, what: `get secret ${nameKey(name)}` };
    try {
      const secret = await this.#retry(() =>
        ask(asking, (limited) => api.get(resources.secrets, name, limited)),
      );
      if (secret === undefined) return [];
      this.count++;
      return [secret];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // No Secret can have a name that is refused.
      if (error.code === 400 || error.code === 422) return [];
      if (error.code !== 403) throw failure(error, resources.secrets);
      this.#forbidden.push(name);
      return [];
    }
  }

  /** Undefined: there is no such kind. */
  async #try<T>(resource: Resource, attempt: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#retry(attempt);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 404 && mayBeAbsent(resource)) return undefined;
      throw failure(error, resource);
    }
  }

  async #retry<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, random, signal } = this.#options;
    const backOff = new BackOff(random);
    for (let tries = 1; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ApiError) || tries === mostTries || !mayPass(error)) throw error;
        await pause(clock, backOff.next(error), signal);
        signal.throwIfAborted();
      }
    }
  }
}

/** No answer, a continue token that is too old, and what servers say while they are busy or restart. */
const mayPass = (error: ApiError): boolean =>
  !(error instanceof PageTooLarge) && [0, 408, 410, 429, 500, 502, 503, 504].includes(error.code);

const failure = (error: ApiError, resource: Resource): StartError =>
  new StartError([error.message, ...remedies(error.code, resource)].join('; '));

function remedies(code: number, resource: Resource): readonly string[] {
  if (code === 0) return ['is the cluster up, and the current context of the kubeconfig the right one?'];
  if (code === 401)
    return ['the API server does not accept these credentials: check the token or kubeconfig'];
  if (code !== 403) return [];
  return [
    `allow this user to get and list ${fullName(resource)} in all namespaces by a ClusterRole, such as that of examples/cluster/rbac.yaml`,
  ];
}

function namedSecrets(objects: readonly RawObject[]): ReadonlyMap<string, ObjectName> {
  const names = new Map<string, ObjectName>();
  for (const object of objects) {
    const decoded = decode(object);
    for (const name of decoded === 'unknown' ? [] : decoded.flatMap(secretsNamedBy))
      names.set(nameKey(name), name);
  }
  return names;
}

function every(clock: Clock, ms: number, callback: () => void): () => void {
  let cancel = clock.after(ms, again);
  function again(): void {
    callback();
    cancel = clock.after(ms, again);
  }
  return () => cancel();
}
