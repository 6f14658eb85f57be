// The operator: follows every kind that routes are made of and feeds the pipeline.

import operatorPackage, {
  type ResourceEvent,
  ResourceEventType,
  type ResourceMeta,
} from '@dot-i/k8s-operator';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import type { EventSink, ObjectEvent, RawObject } from '../../store/events.ts';
import type { KubeApi, ObjectName } from '../api.ts';
import type { ReflectorObserver } from '../observer.ts';
import { identityOf } from '../reflector/known.ts';
import { createReflector, type Reflector } from '../reflector/reflector.ts';
import { apiVersionOf, type Resource, resources } from '../resources.ts';
import { createSecretSource, type SecretReferences, type SecretSource } from '../secrets/source.ts';
import { Progress } from './progress.ts';
import { withDefaultConfig } from './shell.ts';

export interface OperatorOptions {
  readonly api: KubeApi;
  /** The configuration that `api` was made of. */
  readonly kubeConfig: KubeConfig;
  readonly sink: EventSink;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly observer?: ReflectorObserver | undefined;
  /** Undefined or empty: all. Given, nothing but these namespaces is read, and so no IngressClass. */
  readonly watchNamespaces?: readonly string[] | undefined;
  /** The same that the store asks. */
  readonly secrets: SecretReferences;
  /** Whether a host reads the Secret, present or not. */
  isRead(namespace: string, name: string): boolean;
  /** The Secrets that the objects delivered so far name. */
  namedSecrets(): Iterable<ObjectName>;
}

export interface OperatorPart extends Runnable {
  /** What is not synced yet and why, a line for each reason; empty: all is. */
  waiting(): readonly string[];
}

/** `run` fails only by a mistake of ours: whatever the API server does is waited out. */
export function createOperator(options: OperatorOptions): OperatorPart {
  let operator: ContourOperator | undefined;
  return {
    name: 'operator',
    waiting: () => operator?.waiting() ?? ['the operator has not started'],
    async run(signal) {
      if (signal.aborted) return;
      operator = withDefaultConfig(options.kubeConfig, () => new ContourOperator(options));
      const stop = () => operator?.stop();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await operator.start();
        await operator.ended();
      } finally {
        signal.removeEventListener('abort', stop);
        operator.stop();
      }
    },
  };
}

/** The kinds that name Secrets or say which of those objects are ours. */
const naming: readonly Resource[] = [
  resources.ingressRoutes,
  resources.tlsCertificateDelegations,
  resources.ingresses,
  resources.ingressClasses,
];
/** Secrets have a source of their own. */
const followed: readonly Resource[] = [...naming, resources.services, resources.endpointSlices];

/**
 * Everything of the framework that would make requests is replaced: its watch loses what was deleted while it could
 * not watch and ends the process when a connection is cut, and its writes speak to a client that has changed since.
 */
export class ContourOperator extends operatorPackage.default {
  readonly #options: OperatorOptions;
  readonly #namespaces: readonly string[] | undefined;
  readonly #lifetime = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly #progress: Progress;
  readonly #secrets: SecretSource;
  #batch: ObjectEvent[] = [];

  constructor(options: OperatorOptions) {
    super(options.log);
    const { watchNamespaces = [], sink, secrets } = options;
    this.kubeConfig = options.kubeConfig;
    this.#options = options;
    this.#namespaces = watchNamespaces.length === 0 ? undefined : [...new Set(watchNamespaces)];
    this.#secrets = createSecretSource({
      ...options,
      references: secrets,
      namespaces: this.#namespaces,
      deliver: (events) => sink.apply(events),
      onSynced: () => this.#progress.reached(this.#secrets),
    });
    this.#progress = new Progress({
      ...options,
      onNamed: () => this.#run(this.#secrets),
      onSynced: () => sink.synced(),
    });
  }

  /** Resolves when all has ended after `stop`; rejects if a part fails. */
  async ended(): Promise<void> {
    const { signal } = this.#lifetime;
    if (!signal.aborted)
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    await Promise.allSettled(this.#running);
    await Promise.all(this.#running);
  }

  waiting(): readonly string[] {
    return this.#progress.waiting();
  }

  override stop(): void {
    this.#lifetime.abort();
  }

  protected override async init(): Promise<void> {
    const namespaces = this.#namespaces;
    this.#progress.expect(this.#secrets, 'other');
    for (const resource of followed) {
      const { group, version, plural, scope } = resource;
      if (scope === 'cluster' && namespaces !== undefined) continue;
      for (const namespace of namespaces ?? [undefined])
        await this.watchResource(group, version, plural, this.#collect, namespace);
    }
    this.#progress.complete();
    this.#run({ run: (signal) => this.#progress.tell(signal) });
  }

  /** Of kinds that routes are made of. An object that is new and one that changed are both told as modified. */
  protected override async watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const resource = resourceOf(group === '' ? `${plural}.${version}` : `${plural}.${group}/${version}`);
    const reflector: Reflector = createReflector({
      ...this.#options,
      resource,
      namespace,
      deliver: (events) => {
        for (const event of events) this.#handle(onEvent, resourceEventOf(resource, event));
        this.#flush();
      },
      onSynced: () => this.#progress.reached(reflector),
    });
    this.#progress.expect(reflector, naming.includes(resource) ? 'naming' : 'other');
    this.#run(reflector);
  }

  /** By merge patch, like `patchResourceStatus`; rejects with an ApiError, 409 if the object has changed since. */
  protected override async setResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    const resource = resourceOf(meta.id);
    const { namespace = '', name, resourceVersion } = meta;
    const patch = { metadata: { resourceVersion }, status };
    const { api } = this.#options;
    const object = await api.patchStatus(resource, { namespace, name }, patch, this.#lifetime.signal);
    return metaOf(resource, object);
  }

  protected override patchResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    return this.setResourceStatus(meta, status);
  }

  /** Refused: nothing outside the cluster is owned, so no object's deletion has to wait for us. */
  protected override async setResourceFinalizers(meta: ResourceMeta): Promise<void> {
    throw new Error(`no finalizer is set on ${meta.id} ${meta.name}: nothing outside the cluster is owned`);
  }

  /** Joins the batch of the reflector that is delivering. */
  readonly #collect = async ({ type, object }: ResourceEvent): Promise<void> => {
    this.#batch.push({
      type: type === ResourceEventType.Deleted ? 'deleted' : 'applied',
      object: { ...object },
    });
  };

  #flush(): void {
    const events = this.#batch;
    this.#batch = [];
    if (events.length > 0) this.#options.sink.apply(events);
  }

  #handle(onEvent: (event: ResourceEvent) => Promise<void>, event: ResourceEvent): void {
    const { id, name } = event.meta;
    onEvent(event).catch((thrown: unknown) => {
      this.#options.log.error(`the handler of ${id} failed for ${name}: ${messageOf(thrown)}`);
    });
  }

  /** A part that fails ends all. */
  #run(part: Pick<Runnable, 'run'>): void {
    const running = part.run(this.#lifetime.signal);
    running.catch(() => this.stop());
    this.#running.push(running);
  }
}

/** By the framework's id of a kind: `ingresses.networking.k8s.io/v1`. */
function resourceOf(id: string): Resource {
  const found = Object.values(resources).find((resource) => idOf(resource) === id);
  if (found === undefined) throw new Error(`${id} is not a kind that is read`);
  return found;
}

const idOf = (resource: Resource): string => `${resource.plural}.${apiVersionOf(resource)}`;

function resourceEventOf(resource: Resource, { type, object }: ObjectEvent): ResourceEvent {
  return {
    type: type === 'deleted' ? ResourceEventType.Deleted : ResourceEventType.Modified,
    // The framework's type promises more than an answer of a server can.
    object: object as ResourceEvent['object'],
    meta: metaOf(resource, object),
  };
}

/** The objects of a reflector all have a name. */
function metaOf(resource: Resource, object: RawObject): ResourceMeta {
  const { namespace, name, resourceVersion } = identityOf(resource, object) ?? noIdentity;
  const place = namespace === '' ? {} : { namespace };
  const { kind } = resource;
  return { id: idOf(resource), apiVersion: apiVersionOf(resource), kind, name, resourceVersion, ...place };
}

const noIdentity = { namespace: '', name: '', resourceVersion: '' };
