// A cache with some fake Envoys, where a schedule decides who acts next: messages wait until they are delivered, time
// passes only when it is told to.
import { type Cache, createCache } from '../cache.ts';
import { createDeltaStream, type DeltaStream, defaultLimits } from '../delta-stream.ts';
import type { DeltaRequest } from '../message.ts';
import type { Resource } from '../resource.ts';
import { contentOf, testTypes, urls } from './content.ts';
import { type Delivery, FakeEnvoy } from './fake-envoy.ts';

/** Bytes that a stream of the world may have unsent; small, so that the limit bites. */
export const unsentLimit = 600;

/** What stamping or renaming adds to a resource; the limit is counted before. */
const markBytes = 40;

export class Client {
  readonly envoy = new FakeEnvoy();
  readonly toServer: DeltaRequest[] = [];
  readonly toClient: Delivery[] = [];
  stream: DeltaStream | undefined;
  unsent = 0;
}

export class World {
  cache: Cache = createCache();
  now = 0;
  readonly clients: readonly Client[];
  readonly #resources = new Map<string, Resource>();
  #streams = 0;
  #unsubscribe = () => {};

  constructor(clients: number) {
    this.clients = Array.from({ length: clients }, () => new Client());
    this.restart();
  }

  change(
    set: readonly Resource[],
    remove: readonly { readonly type: string; readonly name: string }[],
  ): void {
    for (const { type, name } of remove) this.#resources.delete(`${type} ${name}`);
    for (const resource of set) this.#resources.set(`${resource.type} ${resource.name}`, resource);
    this.cache.apply({ set, remove });
  }

  /** A new run of the server, with the objects as they are. */
  restart(): void {
    this.#unsubscribe();
    this.cache = createCache();
    this.#unsubscribe = this.cache.subscribe({
      changed: (touched) => {
        for (const { stream } of this.clients) stream?.changed(touched);
      },
    });
    for (const client of this.clients) this.reconnect(client);
    this.change([...this.#resources.values()], []);
  }

  reconnect(client: Client): void {
    this.#streams += 1;
    client.toClient.length = 0;
    client.toServer.length = 0;
    client.unsent = 0;
    client.stream = createDeltaStream({
      cache: this.cache,
      types: testTypes,
      generation: `stream-${this.#streams}`,
      limits: { unsentBytes: unsentLimit, responseBytes: unsentLimit / 2 },
    });
    client.envoy.connect((request) => client.toServer.push(request));
  }

  /** The server answers what it can. */
  pump(client: Client): void {
    for (const response of client.stream?.take(this.now) ?? []) {
      client.unsent += response.size;
      const alone = client.unsent === response.size && response.resources.length <= 1;
      const marks = response.resources.length * markBytes;
      if (client.unsent > unsentLimit + marks && !alone)
        client.envoy.violations.push('more unsent than allowed');
      client.toClient.push({ response, hopeless: this.#hopeless(response.resources) });
    }
  }

  /** The client hears the oldest message on its way. */
  deliver(client: Client): boolean {
    const delivery = client.toClient.shift();
    if (delivery === undefined) return false;
    client.unsent -= delivery.response.size;
    client.stream?.flushed(delivery.response.size);
    client.envoy.receive(delivery);
    return true;
  }

  /** The server hears the oldest message on its way. */
  hear(client: Client): boolean {
    const request = client.toServer.shift();
    if (request === undefined) return false;
    const end = client.stream?.request(request);
    if (end !== undefined) client.envoy.violations.push(`stream ended: ${end.message}`);
    return true;
  }

  /** Lets everything happen that is going to happen, deadlines included; at the end slow clusters become ready. */
  converge(): void {
    for (let quiet = 0; quiet < 4; quiet += 1) {
      if (quiet === 2) for (const { envoy } of this.clients) envoy.heal();
      for (const client of this.clients) while (this.#step(client)) quiet = 0;
      this.now += defaultLimits.patience;
    }
  }

  #step(client: Client): boolean {
    this.pump(client);
    const delivered = this.deliver(client);
    return this.hear(client) || delivered;
  }

  /** Clusters that waiting would not make ready: gone, refused, without endpoints, or never healthy. */
  #hopeless(resources: readonly { readonly bytes: Uint8Array }[]): ReadonlySet<string> {
    const names = resources.flatMap(({ bytes }) => contentOf(bytes).clusters ?? []);
    return new Set(
      names.filter((name) => {
        const cluster = this.cache.get(urls.cluster, name);
        if (cluster === undefined || this.now > 0) return true;
        const { bad, slow, endpoints } = contentOf(cluster.bytes);
        const endless = endpoints !== undefined && this.cache.get(urls.endpoints, endpoints) === undefined;
        return bad === true || slow === true || endless;
      }),
    );
  }
}
