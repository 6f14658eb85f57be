// An API server in memory: versions, a history that is compacted, pages, watches, and every fault when a test says so.
import { labelOf } from '../../dag/decode/meta.ts';
import type { RawObject } from '../../store/events.ts';
import type { WatchEvent, WatchOptions } from '../api.ts';
import { ApiError, type KubeApi, type ListOptions, type ListPage, type ObjectName } from '../api.ts';
import { identityOf, nameKey } from '../reflector/known.ts';
import { type Resource, resources } from '../resources.ts';
import { FakeWatch } from './fake-watch.ts';

export type Operation = 'list' | 'watch' | 'get' | 'patchStatus' | 'create';

/** A request as it came. */
export interface FakeRequest {
  readonly operation: Operation;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name?: string;
  readonly options?: Partial<ListOptions & WatchOptions>;
}

/** What a request meets: an error, or something that must happen first. Undefined: nothing. */
export type Fault = (request: FakeRequest) => ApiError | Promise<unknown> | undefined;

export const apiError = (code: number, reason = '', retryAfterMs?: number): ApiError =>
  new ApiError(`the fake answers ${code}`, { code, reason, retryAfterMs });

interface Change {
  readonly version: number;
  readonly plural: string;
  readonly event: Exclude<WatchEvent, { type: 'BOOKMARK' }>;
}

interface Snapshot {
  readonly version: string;
  readonly rest: readonly RawObject[];
}

export class FakeApi implements KubeApi {
  /** Items of a page, if fewer than asked for. */
  pageSize = 500;
  /** Asked before every request, in this order; the first that answers decides. */
  readonly faults: Fault[] = [];
  readonly requests: FakeRequest[] = [];
  readonly #objects = new Map<string, Map<string, RawObject>>();
  readonly #absent = new Set<string>();
  #history: Change[] = [];
  #compactedUpTo = 0;
  #version = 0;
  #token = 0;
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #watches = new Set<FakeWatch>();

  /** Watches that are open. */
  get watching(): number {
    return this.#watches.size;
  }

  /** As a user does; answers the object with its version. */
  apply(object: RawObject): RawObject {
    const resource = resourceOf(object);
    const { namespace, name } = identified(resource, object);
    const objects = this.#of(resource);
    const key = nameKey({ namespace, name });
    const type = objects.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = versioned(object, String(++this.#version));
    objects.set(key, stored);
    this.#record(resource, { type, object: stored, resourceVersion: String(this.#version) });
    return stored;
  }

  /** False: there is none. */
  delete(resource: Resource, name: ObjectName): boolean {
    const before = this.#of(resource).get(nameKey(name));
    if (before === undefined) return false;
    this.#of(resource).delete(nameKey(name));
    const object = versioned(before, String(++this.#version));
    this.#record(resource, { type: 'DELETED', object, resourceVersion: String(this.#version) });
    return true;
  }

  objects(
    resource: Resource,
    scope: Pick<ListOptions, 'namespace' | 'fieldSelector' | 'labelSelector'> = {},
  ): RawObject[] {
    return [...this.#of(resource).values()].filter((object) => selects(scope, resource, object));
  }

  /** The kind is not installed, until it is. Its objects are gone, and so are its watches. */
  uninstall(resource: Resource): void {
    this.#absent.add(resource.plural);
    this.#objects.delete(resource.plural);
    for (const watch of this.#watches) if (watch.plural === resource.plural) watch.end();
  }

  install(resource: Resource): void {
    this.#absent.delete(resource.plural);
  }

  /** Forgets the past: watches from before and continue tokens are too old. */
  compact(): void {
    this.#history = [];
    this.#compactedUpTo = this.#version;
    this.#snapshots.clear();
  }

  /** Ends all watches between two events; with an error, each fails with it. */
  cut(error?: ApiError): void {
    for (const watch of this.#watches) watch.end(error);
  }

  bookmark(): void {
    for (const watch of this.#watches)
      watch.push([{ type: 'BOOKMARK', resourceVersion: String(this.#version) }]);
  }

  /** Anything at all, to every watch. */
  send(event: WatchEvent): void {
    for (const watch of this.#watches) watch.push([event]);
  }

  async list(resource: Resource, options: ListOptions): Promise<ListPage> {
    await this.#request({
      operation: 'list',
      plural: resource.plural,
      namespace: options.namespace,
      options,
    });
    const { rest, version } = this.#snapshot(resource, options);
    const size = Math.min(options.limit, this.pageSize);
    const items = rest.slice(0, size);
    if (rest.length <= size) return { items, resourceVersion: version, continueToken: undefined };
    const continueToken = `token-${++this.#token}`;
    this.#snapshots.set(continueToken, { version, rest: rest.slice(size) });
    return { items, resourceVersion: version, continueToken };
  }

  async *watch(resource: Resource, options: WatchOptions): AsyncIterable<readonly WatchEvent[]> {
    const { namespace, signal } = options;
    await this.#request({ operation: 'watch', plural: resource.plural, namespace, options });
    const from = Number(options.resourceVersion);
    if (from < this.#compactedUpTo) throw apiError(410, 'Expired');
    const watch = new FakeWatch(resource.plural, (object) => selects(options, resource, object));
    const missed = this.#history.filter(
      ({ plural, version }) => plural === resource.plural && version > from,
    );
    watch.push(missed.map(({ event }) => event));
    this.#watches.add(watch);
    try {
      yield* watch.batches(signal);
    } finally {
      this.#watches.delete(watch);
    }
  }

  async get(resource: Resource, name: ObjectName): Promise<RawObject | undefined> {
    await this.#request({ operation: 'get', plural: resource.plural, ...name });
    return this.#of(resource).get(nameKey(name));
  }

  async patchStatus(resource: Resource, name: ObjectName, patch: RawObject): Promise<RawObject> {
    await this.#request({ operation: 'patchStatus', plural: resource.plural, ...name });
    const object = this.#of(resource).get(nameKey(name));
    if (object === undefined) throw apiError(404);
    return this.apply({ ...object, status: patch.status });
  }

  async create(resource: Resource, object: RawObject): Promise<RawObject> {
    const { namespace, name } = identified(resource, object);
    await this.#request({ operation: 'create', plural: resource.plural, namespace, name });
    return this.apply(object);
  }

  async #request(request: FakeRequest): Promise<void> {
    this.requests.push(request);
    for (const fault of this.faults) {
      const met = fault(request);
      if (met instanceof ApiError) throw met;
      if (met !== undefined) return void (await met);
    }
    if (this.#absent.has(request.plural)) throw apiError(404);
  }

  #snapshot(resource: Resource, options: ListOptions): Snapshot {
    if (options.continueToken === undefined)
      return { version: String(this.#version), rest: this.objects(resource, options) };
    const snapshot = this.#snapshots.get(options.continueToken);
    if (snapshot === undefined) throw apiError(410, 'Expired');
    return snapshot;
  }

  #record({ plural }: Resource, event: Change['event']): void {
    this.#history.push({ version: this.#version, plural, event });
    for (const watch of this.#watches) if (watch.plural === plural) watch.push([event]);
  }

  #of({ plural }: Resource): Map<string, RawObject> {
    const objects = this.#objects.get(plural) ?? new Map<string, RawObject>();
    this.#objects.set(plural, objects);
    return objects;
  }
}

function resourceOf(object: RawObject): Resource {
  const found = Object.values(resources).find((resource) => identityOf(resource, object) !== undefined);
  if (found === undefined) throw new Error(`not an object of ours: ${JSON.stringify(object)}`);
  return found;
}

function identified(resource: Resource, object: RawObject): ObjectName {
  const identity = identityOf(resource, object);
  if (identity === undefined) throw new Error(`no usable name: ${JSON.stringify(object)}`);
  return identity;
}

const versioned = (object: RawObject, resourceVersion: string): RawObject => {
  const metadata = object.metadata;
  return { ...object, metadata: { ...(typeof metadata === 'object' ? metadata : {}), resourceVersion } };
};

/** Of field selectors it knows `type=`, of label selectors one label. */
function selects(
  {
    namespace,
    fieldSelector,
    labelSelector,
  }: Pick<ListOptions, 'namespace' | 'fieldSelector' | 'labelSelector'>,
  resource: Resource,
  object: RawObject,
): boolean {
  const identity = namespace === undefined ? undefined : identified(resource, object);
  if (identity?.namespace !== namespace) return false;
  const [label = '', value] = (labelSelector ?? '').split('=');
  if (label !== '' && labelOf(object, label) !== value) return false;
  return [undefined, `type=${object.type}`, `metadata.name=${identity?.name}`].includes(fieldSelector);
}
