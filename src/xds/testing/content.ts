// Resources that a test can read: their bytes are JSON. The types behave as Envoy's do.
import { type Resource, type ResourceType, versionOf } from '../resource.ts';

/** Type urls, in the order in which changes are sent. */
export const urls = {
  cluster: 'test/Cluster',
  endpoints: 'test/Endpoints',
  secret: 'test/Secret',
  listener: 'test/Listener',
  scope: 'test/Scope',
  extension: 'test/Extension',
} as const;

/** What a test resource says. */
export interface Content {
  readonly clusters?: readonly string[];
  readonly endpoints?: string;
  /** The client refuses it. */
  readonly bad?: boolean;
  /** A cluster that never becomes ready. */
  readonly slow?: boolean;
  readonly revision?: number;
  /** Set by `stamp`, `rename` and `firstBytes`. */
  readonly generation?: string;
  readonly name?: string;
  readonly first?: boolean;
}

export const bytesOf = (content: Content): Uint8Array => new TextEncoder().encode(JSON.stringify(content));

export function contentOf(bytes: Uint8Array): Content {
  const content: Content = JSON.parse(new TextDecoder().decode(bytes));
  return content;
}

const withContent = (resource: Resource, more: Content) => bytesOf({ ...contentOf(resource.bytes), ...more });

/** Candidates of `X.Wild.com` are `x.wild.com` and `*.wild.com`. */
export function candidatesOf(asked: string): readonly string[] {
  const name = asked.toLowerCase();
  return [name, `*${name.slice(Math.max(0, name.indexOf('.')))}`];
}

/** Names that one secret answers in tests. */
export const secretLimit = 3;

const plain = { wildcard: true, chunk: 4, pipelined: false, removals: true };

/** As Envoy's types are described, with small chunks. */
export const testTypes: readonly ResourceType[] = [
  { ...plain, url: urls.cluster, pipelined: true, warmedBy: urls.endpoints },
  { ...plain, url: urls.endpoints, wildcard: false, removals: false },
  {
    ...plain,
    url: urls.secret,
    wildcard: false,
    onDemand: {
      candidates: candidatesOf,
      lasting: (asked) => asked.startsWith('own/'),
      rename: (resource, name) => withContent(resource, { name }),
      limit: secretLimit,
    },
    stamp: (resource, generation) => withContent(resource, { generation }),
  },
  { ...plain, url: urls.listener },
  {
    ...plain,
    url: urls.scope,
    requires: urls.cluster,
    stamp: (resource, generation) => withContent(resource, { generation }),
  },
  { ...plain, url: urls.extension, wildcard: false, after: urls.scope },
];

export function resource(type: string, name: string, content: Content = {}): Resource {
  const bytes = bytesOf(content);
  const { endpoints: warmedBy, clusters: requires = [] } = content;
  const base = { type, name, bytes, version: versionOf(bytes), requires };
  return warmedBy === undefined ? base : { ...base, warmedBy };
}

export const scope = (name: string, content: Content = {}): Resource => resource(urls.scope, name, content);

/** A cluster that is warm when it has its endpoints, and the endpoints. */
export function clusterWithEndpoints(name: string): readonly [Resource, Resource] {
  return [
    resource(urls.cluster, name, { endpoints: `${name}/eds` }),
    resource(urls.endpoints, `${name}/eds`, {}),
  ];
}
