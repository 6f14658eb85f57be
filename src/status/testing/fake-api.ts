// An API server in memory, as far as statuses and Events need one: versions, conflicts, merge patches, and faults.
import { isJsonObject } from '../../dag/decode/fields.ts';
import { ApiError, type KubeApi, type ObjectName } from '../../kube/api.ts';
import type { Resource } from '../../kube/resources.ts';
import type { RawObject } from '../../store/events.ts';

export interface Call {
  readonly verb: 'get' | 'patch' | 'create';
  /** `namespace/name`. */
  readonly id: string;
}

/** Thrown in place of an answer; undefined: no fault. */
export type Fault = (call: Call) => ApiError | undefined;

type Api = Pick<KubeApi, 'get' | 'patchStatus' | 'create'>;

export const failure = (code: number, retryAfterMs?: number, reason = ''): ApiError =>
  new ApiError(`the server says ${code}`, { code, reason, retryAfterMs });

const ingressRoute: RawObject = { apiVersion: 'contour.heptio.com/v1beta1', kind: 'IngressRoute' };

const asObject = (value: unknown): RawObject => (isJsonObject(value) ? value : {});
const idOf = ({ namespace, name }: ObjectName): string => `${namespace}/${name}`;

export class FakeApi implements Api {
  /** IngressRoutes and Ingresses by `namespace/name`, as they are now. */
  readonly objects = new Map<string, RawObject>();
  readonly events: RawObject[] = [];
  readonly calls: Call[] = [];
  /** Called for every state of an object, in order: what a watch would tell. */
  changed: (object: RawObject, type: 'applied' | 'deleted') => void = () => {};
  /** Before the server does anything. */
  fault: Fault = () => undefined;
  /** After the server did it all: its answer is lost. */
  answer: Fault = () => undefined;
  /** Requests don't end before it does. */
  gate: (call: Call) => Promise<void> = async () => {};
  /** In whose name statuses are written; kept for the addresses of Ingresses. */
  manager = 'contour';
  #version = 0;

  /** How often so far. */
  count(verb: Call['verb']): number {
    return this.calls.filter((call) => call.verb === verb).length;
  }

  metadata(id: string): RawObject {
    return asObject(this.objects.get(id)?.metadata);
  }

  status(id: string): RawObject | undefined {
    const status = this.objects.get(id)?.status;
    return status === undefined ? undefined : asObject(status);
  }

  /** What a user does: with another spec the generation rises. */
  apply(id: string, spec: RawObject, identity: RawObject = ingressRoute): RawObject {
    const before = this.objects.get(id);
    const [namespace, name] = id.split('/');
    const same = before !== undefined && JSON.stringify(before.spec) === JSON.stringify(spec);
    const generation = Number(this.metadata(id).generation ?? 0) + (same ? 0 : 1);
    const uid = this.metadata(id).uid ?? `uid ${this.#version}`;
    const metadata = { ...this.metadata(id), namespace, name, uid, generation };
    return this.#store(id, { ...identity, ...before, metadata, spec });
  }

  delete(id: string): void {
    const object = this.objects.get(id);
    this.objects.delete(id);
    if (object) this.changed(object, 'deleted');
  }

  async get(_resource: Resource, name: ObjectName, signal: AbortSignal): Promise<RawObject | undefined> {
    await this.#begin({ verb: 'get', id: idOf(name) }, signal);
    return this.objects.get(idOf(name));
  }

  async patchStatus(
    _resource: Resource,
    name: ObjectName,
    patch: RawObject,
    signal: AbortSignal,
  ): Promise<RawObject> {
    const id = idOf(name);
    await this.#begin({ verb: 'patch', id }, signal);
    const before = this.objects.get(id);
    if (before === undefined) throw failure(404);
    const expected = asObject(patch.metadata).resourceVersion;
    if (expected !== undefined && expected !== this.metadata(id).resourceVersion) throw failure(409);
    const status = merged(asObject(before.status), asObject(patch.status));
    const managed = this.#managedFields(patch);
    const metadata = { ...this.metadata(id), ...(managed && { managedFields: managed }) };
    const stored = this.#store(id, { ...before, metadata, status });
    const lost = this.answer({ verb: 'patch', id });
    if (lost) throw lost;
    return stored;
  }

  async create(_resource: Resource, object: RawObject, signal: AbortSignal): Promise<RawObject> {
    const { namespace, name } = asObject(object.metadata);
    await this.#begin({ verb: 'create', id: `${namespace}/${name}` }, signal);
    if (this.events.some(({ metadata }) => asObject(metadata).name === name)) throw failure(409);
    this.events.push(object);
    return object;
  }

  async #begin(call: Call, signal: AbortSignal): Promise<void> {
    this.calls.push(call);
    await this.gate(call);
    if (signal.aborted) throw failure(0);
    const fault = this.fault(call);
    if (fault) throw fault;
  }

  /** Undefined: the patch doesn't touch addresses. */
  #managedFields(patch: RawObject): readonly RawObject[] | undefined {
    const balancer = asObject(asObject(patch.status).loadBalancer);
    if (!Object.hasOwn(balancer, 'ingress')) return undefined;
    if (balancer.ingress === null) return [];
    const fieldsV1 = { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } };
    return [{ manager: this.manager, operation: 'Update', subresource: 'status', fieldsV1 }];
  }

  #store(id: string, object: RawObject): RawObject {
    this.#version++;
    const metadata = { ...asObject(object.metadata), resourceVersion: `v${this.#version}` };
    const stored = { ...object, metadata };
    this.objects.set(id, stored);
    this.changed(stored, 'applied');
    return stored;
  }
}

/** RFC 7386 for one level: the fields of a status are replaced whole, null removes. */
function merged(before: RawObject, patch: RawObject): RawObject {
  const fields = Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null);
  return JSON.parse(JSON.stringify(Object.fromEntries(fields)));
}
