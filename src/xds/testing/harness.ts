// One stream over one cache, driven by hand: what tables of the machine's rules are written with.
import { type Cache, createCache } from '../cache.ts';
import { createDeltaStream, type DeltaStream, type DeltaStreamOptions } from '../delta-stream.ts';
import type { DeltaRequest, DeltaResponse, StreamEnd } from '../message.ts';
import type { Resource } from '../resource.ts';
import { testTypes } from './content.ts';

/** A request with what a test leaves out. */
export function deltaRequest(type: string, parts: Partial<DeltaRequest> = {}): DeltaRequest {
  const none = { node: undefined, subscribe: [], unsubscribe: [], nonce: '', refusal: undefined };
  return { ...none, initialVersions: new Map(), ...parts, type };
}

/** Versions of resources, as a reconnecting client reports them. */
export const versions = (resources: readonly Resource[]): ReadonlyMap<string, string> =>
  new Map(resources.map(({ name, version }) => [name, version]));

/** What a response holds, for comparing: resources by name, removals with a minus. */
export const summary = (response: DeltaResponse | undefined): readonly string[] | undefined =>
  response && [...response.resources.map(({ name }) => name), ...response.removed.map((name) => `-${name}`)];

export class Harness {
  readonly cache: Cache;
  readonly stream: DeltaStream;
  now = 0;
  /** Of the last response taken. */
  nonce = '';

  constructor(resources: readonly Resource[] = [], options: Partial<DeltaStreamOptions> = {}) {
    this.cache = options.cache ?? createCache();
    this.stream = createDeltaStream({
      types: testTypes,
      generation: 'g',
      ...options,
      cache: this.cache,
    });
    this.cache.subscribe({ changed: (touched) => this.stream.changed(touched) });
    if (!this.cache.open) this.set(...resources);
  }

  set(...resources: readonly Resource[]): void {
    this.cache.apply({ set: resources, remove: [] });
  }

  remove(...resources: readonly Resource[]): void {
    this.cache.apply({ set: [], remove: resources });
  }

  request(type: string, parts: Partial<DeltaRequest> = {}): StreamEnd | undefined {
    return this.stream.request(deltaRequest(type, parts));
  }

  /** Responses to write now; written at once. */
  take(): readonly DeltaResponse[] {
    const responses = this.stream.take(this.now);
    for (const { size } of responses) this.stream.flushed(size);
    this.nonce = responses.at(-1)?.nonce ?? this.nonce;
    return responses;
  }

  /** `take`, as what the responses hold. */
  sent(): readonly (readonly string[])[] {
    return this.take().map((response) => summary(response) ?? []);
  }

  /** The only response there is to write. */
  one(): DeltaResponse {
    const [response, ...others] = this.take();
    if (response === undefined || others.length > 0) {
      throw new Error(`${1 + others.length} responses (or none): ${JSON.stringify(others.map(summary))}`);
    }
    return response;
  }

  ack(response: DeltaResponse): void {
    this.request(response.type, { nonce: response.nonce });
  }

  nack(response: DeltaResponse, refusal = 'no'): void {
    this.request(response.type, { nonce: response.nonce, refusal });
  }

  /** Accepts whatever comes until nothing does; answers what came. */
  drain(): readonly (readonly string[])[] {
    const all: (readonly string[])[] = [];
    for (let responses = this.take(); responses.length > 0; responses = this.take()) {
      for (const response of responses) {
        all.push(summary(response) ?? []);
        this.ack(response);
      }
    }
    return all;
  }
}
