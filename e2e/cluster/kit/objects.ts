// Objects of the API server, written and read directly: quicker than a kubectl each, for what is no user's command.
import assert from 'node:assert/strict';
import { Agent, request } from 'undici';
import { apiVersionOf, collectionPath, type Resource, resources } from '../../../src/kube/resources.ts';
import { wait } from '../../../src/testing/deadline.ts';
import type { Manifest } from '../../kit/manifests.ts';

export interface Objects {
  /** Creates or replaces, as server-side apply does it with all conflicts forced; answers what is stored now. */
  apply(...manifests: readonly Manifest[]): Promise<Stored[]>;
  /** Deletes what the manifests name. */
  remove(...manifests: readonly Manifest[]): Promise<void>;
  /** Undefined: there is none. */
  get(kind: Kind, namespace: string, name: string): Promise<Stored | undefined>;
  /** Of one namespace, or of all. */
  list(kind: Kind, namespace?: string): Promise<Stored[]>;
  close(): Promise<void>;
}

/** As stored. Its status is what anybody wrote there. */
export interface Stored {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly generation?: number;
    readonly resourceVersion: string;
  };
  readonly status?: StoredStatus;
}

/** What contour writes. */
export interface StoredStatus {
  readonly currentStatus?: string;
  readonly description?: string;
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const namespaces: Resource = {
  ...{ group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' },
  scope: 'cluster',
};
const known: readonly Resource[] = [...Object.values(resources), namespaces];

/** A kind that contour reads or writes, or Namespace. */
export type Kind = string;

/** Speaks with this bearer token. `certificate`: the server's, PEM. */
export function openObjects(
  url: string,
  { certificate, token }: { certificate: string; token: string },
): Objects {
  const dispatcher = new Agent({ connect: { ca: certificate } });
  const once = async (method: Method, path: string, body?: Manifest): Promise<Reply> => {
    const answer = await request(`${url}${path}`, {
      ...{ method, dispatcher },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/apply-patch+yaml' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  /** A server that has just started asks for patience with 429, as all clients give it. */
  const call = async (method: Method, path: string, body?: Manifest): Promise<Reply> => {
    for (let patience = 50; ; patience--) {
      const reply = await once(method, path, body);
      if (reply.status !== 429 || patience === 0) return reply;
      await wait(100);
    }
  };
  const good = async (method: Method, path: string, body?: Manifest) => {
    const { status, text } = await call(method, path, body);
    assert.ok(status < 300, `${method} ${path} answered ${status}: ${text}`);
    return JSON.parse(text);
  };
  return {
    apply: (...manifests) =>
      Promise.all(
        manifests.map((manifest) =>
          good('PATCH', `${pathOf(manifest)}?fieldManager=test&force=true`, manifest),
        ),
      ),
    async remove(...manifests) {
      for (const manifest of manifests) await good('DELETE', pathOf(manifest));
    },
    async get(kind, namespace, name) {
      const { status, text } = await call('GET', `${collectionPath(resourceOf(kind), namespace)}/${name}`);
      assert.ok(status === 200 || status === 404, `${status}: ${text}`);
      return status === 200 ? JSON.parse(text) : undefined;
    },
    list: async (kind, namespace) => (await good('GET', collectionPath(resourceOf(kind), namespace))).items,
    close: () => dispatcher.destroy(),
  };
}

type Method = 'GET' | 'PATCH' | 'DELETE';

interface Reply {
  readonly status: number;
  readonly text: string;
}

function resourceOf(kind: string, apiVersion?: string): Resource {
  const found = known.find(
    (one) => one.kind === kind && (apiVersion === undefined || apiVersionOf(one) === apiVersion),
  );
  if (found === undefined)
    throw new Error(`the kit has no ${apiVersion ?? ''} ${kind}; apply it with kubectl`);
  return found;
}

function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const { namespace, name } = metadata as { readonly namespace?: string; readonly name: string };
  return `${collectionPath(resourceOf(String(kind), String(apiVersion)), namespace)}/${name}`;
}
