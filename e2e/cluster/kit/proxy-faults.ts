// What can be wrong between contour and the API server, which requests it concerns, and how often it happens.

export type Verb = 'list' | 'watch' | 'get' | 'create' | 'update' | 'patch' | 'delete';

/** A request as the API server understands it. `plural` is empty for what is no object, such as discovery. */
export interface ApiRequest {
  readonly verb: Verb;
  readonly plural: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
}

/** Which requests; a field that is left out takes all. */
export interface Target {
  readonly verb?: Verb;
  readonly plural?: string;
  /** A page of a list after the first one. */
  readonly continued?: boolean;
}

export type Fault =
  /** The request never reaches the server. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly reason: string;
      readonly retryAfterSeconds?: number;
    }
  /** A list has pages of this size, whatever the client asked for. */
  | { readonly kind: 'page'; readonly limit: number }
  /** Events of a watch wait until the fault is over. */
  | { readonly kind: 'hold' }
  /** Of the next event only the first half arrives; then the stream ends, breaks, or goes on with the event after. */
  | { readonly kind: 'half-line'; readonly next: 'end' | 'cut' | 'go on' }
  /** Instead of the next event there is an ERROR event, after which the stream ends. */
  | { readonly kind: 'error-event'; readonly code: number; readonly reason: string };

export interface Injection {
  readonly on: Target;
  readonly fault: Fault;
  /** Default: until it is ended. */
  readonly times?: number;
}

export interface Injected {
  /** How often it happened. */
  hits(): number;
  end(): void;
}

export interface Active {
  readonly fault: Fault;
  /** Resolves when it is ended. */
  readonly over: Promise<void>;
}

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  const injections = new Set<Active & { readonly on: Target; left: number; hits: number }>();
  return {
    inject({ on, fault, times = Number.POSITIVE_INFINITY }: Injection): Injected {
      const over = Promise.withResolvers<void>();
      const injection = { on, fault, over: over.promise, left: times, hits: 0 };
      injections.add(injection);
      return {
        hits: () => injection.hits,
        end() {
          injections.delete(injection);
          over.resolve();
        },
      };
    },
    /** The first fault of these kinds that concerns the request; counts as one time. */
    take(request: ApiRequest, kinds: readonly Fault['kind'][]): Active | undefined {
      for (const injection of injections) {
        const { on, fault, left } = injection;
        if (left === 0 || !kinds.includes(fault.kind) || !concerns(on, request)) continue;
        injection.left -= 1;
        injection.hits += 1;
        return injection;
      }
      return undefined;
    },
  };
}

function concerns({ verb, plural, continued }: Target, request: ApiRequest): boolean {
  if (verb !== undefined && verb !== request.verb) return false;
  if (plural !== undefined && plural !== request.plural) return false;
  return continued === undefined || continued === request.query.has('continue');
}

/** Reads method and path with query. */
export function apiRequest(method: string, url: string): ApiRequest {
  const { pathname, searchParams: query } = new URL(url, 'http://unused.invalid');
  const parts = pathname.split('/').slice(1).map(decodeURIComponent);
  const path = parts.slice(parts[0] === 'api' ? 2 : 3);
  const [plural = '', name, subresource = ''] =
    path[0] === 'namespaces' && path.length > 2 ? path.slice(2) : path;
  return { verb: verbOf(method, name, query), plural, subresource, query };
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): Verb {
  const writes: Partial<Record<string, Verb>> = {
    POST: 'create',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: 'delete',
  };
  const write = writes[method];
  if (write !== undefined) return write;
  if (['1', 'true'].includes(query.get('watch') ?? '')) return 'watch';
  return name === undefined ? 'list' : 'get';
}
