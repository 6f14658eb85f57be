// A model of Envoy as a delta client, with the habits that the machine is built around: clusters warm and hold back
// all cluster ACKs, a bad scope refuses its whole response while the scopes before it are remembered, subscriptions
// follow the resources. It notes what must never happen to it.
import type { DeltaRequest, DeltaResponse } from '../message.ts';
import { type Content, contentOf, urls } from './content.ts';
import { deltaRequest } from './harness.ts';

/** A response with what was true when it was sent. */
export interface Delivery {
  readonly response: DeltaResponse;
  /** Names that scopes of the response require and that could not become ready. */
  readonly hopeless: ReadonlySet<string>;
}

interface Held {
  readonly version: string;
  readonly content: Content;
}

export class FakeEnvoy {
  readonly violations: string[] = [];
  /** What is in effect, by type and name. */
  readonly live = new Map<string, Map<string, Held>>();
  readonly warm = new Set<string>();
  /** How many scopes were live when the extension came: its listeners open then. */
  scopesAtOpening: number | undefined;
  /** What it would report: accepted, by type and name. */
  readonly #versions = new Map<string, Map<string, string>>();
  readonly #wanted = new Map<string, Set<string>>();
  /** What the server has a reason to send with whatever version. */
  readonly #asked = new Map<string, Set<string>>();
  /** Types it asks for, in the order in which it first did. */
  readonly #interests = new Set<string>();
  readonly #started = new Set<string>();
  readonly #remembered = new Map<string, string>();
  #heldBack: DeltaRequest[] = [];
  #healed = false;
  #send: (request: DeltaRequest) => void = () => {};

  /** Opens a stream, reporting what it has from earlier ones. */
  connect(send: (request: DeltaRequest) => void): void {
    this.#send = send;
    this.#started.clear();
    this.#asked.clear();
    this.#heldBack = [];
    for (const type of [urls.cluster, ...this.#interests]) this.#start(type);
  }

  receive({ response, hopeless }: Delivery): void {
    const { type } = response;
    this.#check(response);
    if (!this.#versions.has(type)) this.#versions.set(type, new Map());
    const refusal = this.#apply(response, hopeless);
    const versions = this.#versions.get(type) ?? new Map<string, string>();
    for (const name of response.removed) versions.delete(name);
    if (refusal === undefined)
      for (const { name, version } of response.resources) versions.set(name, version);
    // The server may send again what it had to think replaced by a version that was refused then.
    for (const { name } of response.resources) {
      if (refusal === undefined) this.#asked.get(type)?.delete(name);
      else this.#asked.get(type)?.add(name);
    }
    for (const name of response.removed) this.#asked.get(type)?.delete(name);
    this.#answer(deltaRequest(type, { nonce: response.nonce, refusal }));
    if (type === urls.cluster) this.#start(urls.listener);
    if (type === urls.listener && this.live.get(type)?.size) {
      this.#start(urls.scope);
      this.#want(urls.extension, 'wild');
    }
    this.#flush();
  }

  /** A handshake with this server name. */
  handshake(name: string): void {
    if (!this.live.get(urls.secret)?.has(name)) this.#want(urls.secret, name);
  }

  #start(type: string): void {
    if (this.#started.has(type)) return;
    this.#started.add(type);
    this.#interests.add(type);
    const subscribe = [...(this.#wanted.get(type) ?? [])];
    const initialVersions = new Map(this.#versions.get(type));
    this.#asked.set(type, new Set(subscribe.filter((name) => !initialVersions.has(name))));
    this.#send(deltaRequest(type, { subscribe, initialVersions }));
  }

  #want(type: string, name: string): void {
    const wanted = this.#wanted.get(type) ?? new Set();
    if (wanted.has(name)) return;
    this.#wanted.set(type, wanted.add(name));
    if (!this.#started.has(type)) {
      this.#start(type);
      return;
    }
    this.#asked.get(type)?.add(name);
    this.#send(deltaRequest(type, { subscribe: [name] }));
  }

  #unwant(type: string, name: string): void {
    if (!this.#wanted.get(type)?.delete(name)) return;
    this.#asked.get(type)?.delete(name);
    this.#versions.get(type)?.delete(name);
    this.#send(deltaRequest(type, { unsubscribe: [name] }));
  }

  /** Cluster requests are held back while any cluster warms. */
  #answer(request: DeltaRequest): void {
    if (request.type === urls.cluster) this.#heldBack.push(request);
    else this.#send(request);
  }

  /** From now on slow clusters become ready too, and what they held back is sent. */
  heal(): void {
    this.#healed = true;
    this.#flush();
  }

  #flush(): void {
    const clusters = this.live.get(urls.cluster) ?? new Map<string, Held>();
    for (const [name, { content }] of clusters) {
      const { endpoints, slow } = content;
      const ready = endpoints === undefined || this.live.get(urls.endpoints)?.has(endpoints) === true;
      if (ready && (!slow || this.#healed)) this.warm.add(name);
    }
    if ([...clusters.keys()].some((name) => !this.warm.has(name))) return;
    for (const request of this.#heldBack.splice(0)) this.#send(request);
  }

  #check(response: DeltaResponse): void {
    const { type, resources, removed } = response;
    if (resources.length > 0 && removed.length > 0) this.violations.push(`${type}: changes with removals`);
    for (const { name, version } of resources) {
      const again = this.#versions.get(type)?.get(name) === version && !this.#asked.get(type)?.has(name);
      if (again) this.violations.push(`${type} ${name}: sent again`);
    }
    if (new Set(resources.map(({ name }) => name)).size < resources.length) {
      this.violations.push(`${type}: a name twice in one response`);
    }
  }

  /** Answers why it refuses, or nothing. Removals are applied in any case. */
  #apply(response: DeltaResponse, hopeless: ReadonlySet<string>): string | undefined {
    const { type, removed } = response;
    const live = this.live.get(type) ?? new Map<string, Held>();
    this.live.set(type, live);
    for (const name of removed) this.#remove(type, name);
    if (type === urls.scope) return this.#applyScopes(response, live, hopeless);
    let refusal: string | undefined;
    for (const { name, version, bytes } of response.resources) {
      const content = contentOf(bytes);
      if (content.bad === true) refusal = `${refusal ?? ''}${name} is bad;`;
      else this.#set(type, name, { version, content });
    }
    if (type === urls.extension) this.scopesAtOpening ??= this.live.get(urls.scope)?.size ?? 0;
    return refusal;
  }

  #set(type: string, name: string, held: Held): void {
    const before = this.live.get(type)?.get(name)?.content.endpoints;
    this.live.get(type)?.set(name, held);
    const { endpoints } = held.content;
    if (type !== urls.cluster || before === endpoints) return;
    if (before !== undefined) this.#dropEndpoints(before);
    if (endpoints !== undefined) this.#want(urls.endpoints, endpoints);
  }

  #remove(type: string, name: string): void {
    const held = this.live.get(type)?.get(name);
    if (type === urls.scope) this.#remembered.delete(name);
    if (type === urls.secret) this.#wanted.get(type)?.delete(name);
    if (type === urls.endpoints) return;
    this.live.get(type)?.delete(name);
    if (type !== urls.cluster || held === undefined) return;
    this.warm.delete(name);
    for (const [user, { content }] of this.live.get(urls.scope) ?? []) {
      if (content.clusters?.includes(name))
        this.violations.push(`cluster ${name} removed under scope ${user}`);
    }
    if (held.content.endpoints !== undefined) this.#dropEndpoints(held.content.endpoints);
  }

  #dropEndpoints(name: string): void {
    this.live.get(urls.endpoints)?.delete(name);
    this.#unwant(urls.endpoints, name);
  }

  #applyScopes(response: DeltaResponse, live: Map<string, Held>, hopeless: ReadonlySet<string>) {
    const changed = new Map<string, Held>();
    for (const { name, version, bytes } of response.resources) {
      const content = contentOf(bytes);
      if (this.#remembered.get(name) === JSON.stringify(content)) continue;
      if (content.bad === true) return 'one of them is bad';
      this.#remembered.set(name, JSON.stringify(content));
      changed.set(name, { version, content });
    }
    for (const [name, held] of changed) {
      for (const cluster of held.content.clusters ?? []) {
        if (this.warm.has(cluster) || hopeless.has(cluster)) continue;
        this.violations.push(`scope ${name} is live before cluster ${cluster} is warm`);
      }
      live.set(name, held);
    }
    return undefined;
  }
}
