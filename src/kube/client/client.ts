// KubeApi over HTTP: paths, credentials, limits and errors. Who calls it decides when to try again.
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../../runtime/clock.ts';
import type { RawObject } from '../../store/events.ts';
import { ApiError, type KubeApi, type ListOptions, type ListPage, PageTooLarge } from '../api.ts';
import { apiVersionOf, collectionPath, type Resource } from '../resources.ts';
import { noAnswer, noSuchName } from './api-errors.ts';
import { type Call, createCaller } from './caller.ts';
import { TooLargeError } from './exchange.ts';
import { isRawObject } from './json.ts';
import { readList } from './list-page.ts';
import { listQuery, objectPath, watchQuery } from './request-path.ts';
import { openWatch } from './watch.ts';

export interface KubeApiOptions {
  /** Checked by `connect`. */
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  /** Default `contour`. */
  readonly userAgent?: string;
  /** Under which name writes of statuses stand in `metadata.managedFields`; default: the server takes the userAgent. */
  readonly fieldManager?: string;
}

/** Everything rejects with an ApiError and nothing else; an aborted signal is one with code 0, but ends a watch cleanly. */
export interface KubeClient extends KubeApi {
  /** Puts a whole object, as read and changed: rejects with code 409 if it has changed since. */
  replace(resource: Resource, object: RawObject, signal: AbortSignal): Promise<RawObject>;
  /** Cuts all connections; what still runs fails. */
  close(): Promise<void>;
}

/** Milliseconds for one object, and for the headers of a watch. */
const objectMs = 30_000;

/** Milliseconds for a page of a list. */
const pageMs = 60_000;

/** Bytes of an answer with one object; etcd holds 1.5 MiB of it. */
const maxObjectBytes = 16 * 1024 * 1024;

/** Bytes of a page; with 500 objects it is 2 MB as a rule. */
const maxPageBytes = 16 * 1024 * 1024;

export function createKubeApi(options: KubeApiOptions): KubeClient {
  const { kubeConfig, clock, userAgent = 'contour', fieldManager } = options;
  const caller = createCaller({ kubeConfig, clock, userAgent });

  async function object(what: Omit<Call, 'ms' | 'maxBytes'>): Promise<RawObject> {
    const answer = await caller.call({ ...what, ms: objectMs, maxBytes: maxObjectBytes });
    if (isRawObject(answer)) return answer;
    throw noAnswer(`${what.method} ${what.path}`, new Error('the answer is not an object'));
  }

  async function list(resource: Resource, options: ListOptions): Promise<ListPage> {
    const path = collectionPath(resource, options.namespace);
    const page = { method: 'GET', path, query: listQuery(options), signal: options.signal } as const;
    try {
      const answer = await caller.call({ ...page, ms: pageMs, maxBytes: maxPageBytes });
      return readList(answer, resource, `GET ${path}`);
    } catch (error) {
      if (error instanceof Error && error.cause instanceof TooLargeError)
        throw new PageTooLarge(error.message);
      throw error;
    }
  }

  return {
    list,
    watch(resource, options) {
      const path = collectionPath(resource, options.namespace);
      return openWatch({
        request: `GET ${path}`,
        path: path + watchQuery(options),
        signal: options.signal,
        caller,
        openMs: objectMs,
      });
    },
    async get(resource, name, signal) {
      const path = objectPath(resource, name);
      if (path === undefined) return undefined;
      try {
        return await object({ method: 'GET', path, signal });
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    async patchStatus(resource, name, patch, signal) {
      const path = objectPath(resource, name);
      if (path === undefined) throw noSuchName(`PATCH ${collectionPath(resource)}`);
      const body = { type: 'application/merge-patch+json', object: patch };
      const query = fieldManager === undefined ? '' : `?${new URLSearchParams({ fieldManager })}`;
      return object({ method: 'PATCH', path: `${path}/status`, query, body, signal });
    },
    async create(resource, made, signal) {
      const path = collectionPath(resource, namespaceOf(made));
      const body = {
        type: 'application/json',
        object: { apiVersion: apiVersionOf(resource), kind: resource.kind, ...made },
      };
      return object({ method: 'POST', path, body, signal });
    },
    async replace(resource, changed, signal) {
      const path = objectPath(resource, { namespace: namespaceOf(changed), name: nameOf(changed) });
      if (path === undefined) throw noSuchName(`PUT ${collectionPath(resource)}`);
      return object({ method: 'PUT', path, body: { type: 'application/json', object: changed }, signal });
    },
    close: () => caller.keeper.close(),
  };
}

const namespaceOf = ({ metadata }: RawObject): string =>
  isRawObject(metadata) && typeof metadata.namespace === 'string' ? metadata.namespace : '';

const nameOf = ({ metadata }: RawObject): string =>
  isRawObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
