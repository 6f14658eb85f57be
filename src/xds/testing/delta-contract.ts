// What every way to speak delta xDS must do: run against the machine alone and through gRPC.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ManualClock, manualClock } from '../../testing/manual-clock.ts';
import { type Cache, createCache } from '../cache.ts';
import { defaultLimits } from '../delta-stream.ts';
import type { DeltaRequest, DeltaResponse } from '../message.ts';
import type { Resource, ResourceType } from '../resource.ts';
import { clusterWithEndpoints, resource, scope, testTypes, urls } from './content.ts';
import { deltaRequest, summary, versions } from './harness.ts';

/** One stream to the thing under test. */
export interface ContractClient extends AsyncDisposable {
  send(request: DeltaRequest): void;
  /** The next response; rejects if none comes for too long. */
  next(): Promise<DeltaResponse>;
}

export interface ContractSubject {
  readonly cache: Cache;
  readonly types: readonly ResourceType[];
  readonly clock: ManualClock;
}

const barrier = 'test/Barrier';

/** After all others in the order of types, so that what is to be sent comes before its answer. */
const types: readonly ResourceType[] = [
  ...testTypes,
  { url: barrier, wildcard: false, chunk: 1, pipelined: true, removals: true },
];

class Session {
  readonly cache = createCache();
  readonly clock = manualClock();
  readonly client: ContractClient;
  #probes = 0;

  private constructor(client: (subject: ContractSubject) => ContractClient) {
    this.client = client({ cache: this.cache, types, clock: this.clock });
  }

  static start(
    connect: (subject: ContractSubject) => ContractClient,
    resources: readonly Resource[],
  ): Session {
    const session = new Session(connect);
    session.set(...resources);
    return session;
  }

  set(...resources: readonly Resource[]): void {
    this.cache.apply({ set: resources, remove: [] });
  }

  request(type: string, parts: Partial<DeltaRequest> = {}): void {
    this.client.send(deltaRequest(type, { node: 'envoy-1', ...parts }));
  }

  /** Takes the next response, which must hold this. */
  async expect(type: string, ...names: readonly string[]): Promise<DeltaResponse> {
    const response = await this.client.next();
    assert.deepEqual([response.type, summary(response)], [type, names]);
    return response;
  }

  /** Everything that is to be sent now has been taken. */
  async quiet(): Promise<void> {
    this.#probes += 1;
    const name = `probe-${this.#probes}`;
    this.request(barrier, { subscribe: [name] });
    this.ack(await this.expect(barrier, `-${name}`));
  }

  ack({ type, nonce }: DeltaResponse): void {
    this.request(type, { nonce });
  }

  nack({ type, nonce }: DeltaResponse, refusal: string): void {
    this.request(type, { nonce, refusal });
  }
}

type Case = (session: Session) => Promise<void>;

const cases: Readonly<Record<string, Case>> = {
  async 'all of a type, a chunk at a time'(session) {
    session.set(...['a', 'b', 'c', 'd', 'e'].map((name) => scope(name)));
    session.request(urls.scope);
    const first = await session.expect(urls.scope, 'a', 'b', 'c', 'd');
    assert.deepEqual(first.resources[0]?.bytes, scope('a').bytes);
    assert.equal(first.resources[0]?.version, scope('a').version);
    await session.quiet();
    session.ack(first);
    session.ack(await session.expect(urls.scope, 'e'));
    await session.quiet();
  },

  async 'nothing, said at once'(session) {
    session.request(urls.listener);
    session.ack(await session.expect(urls.listener));
    await session.quiet();
  },

  async 'changes and removals, each once'(session) {
    session.set(scope('a'), scope('b'));
    session.request(urls.scope);
    session.ack(await session.expect(urls.scope, 'a', 'b'));
    session.cache.apply({ set: [scope('a', { revision: 1 })], remove: [scope('b')] });
    session.ack(await session.expect(urls.scope, 'a'));
    session.ack(await session.expect(urls.scope, '-b'));
    session.set(scope('a', { revision: 1 }));
    await session.quiet();
  },

  async 'names, existing or not'(session) {
    session.set(resource(urls.endpoints, 'e'));
    session.request(urls.endpoints, { subscribe: ['e', 'x'] });
    session.ack(await session.expect(urls.endpoints, 'e'));
    session.ack(await session.expect(urls.endpoints, '-x'));
    session.request(urls.endpoints, { unsubscribe: ['e'] });
    await session.quiet();
    session.set(resource(urls.endpoints, 'e', { revision: 1 }), resource(urls.endpoints, 'x'));
    session.ack(await session.expect(urls.endpoints, 'x'));
    await session.quiet();
  },

  async 'an empty response to a client that has everything'(session) {
    session.set(scope('a'), scope('b'));
    session.request(urls.scope, { initialVersions: versions([scope('a'), scope('b')]) });
    session.ack(await session.expect(urls.scope));
    await session.quiet();
  },

  async 'a culprit among others'(session) {
    session.set(scope('a'), scope('b'));
    session.request(urls.scope);
    session.nack(await session.expect(urls.scope, 'a', 'b'), 'one of them');
    session.ack(await session.expect(urls.scope, 'a'));
    session.nack(await session.expect(urls.scope, 'b'), 'this one');
    await session.quiet();
    assert.equal(session.cache.rejection(urls.scope, 'b')?.reason, 'this one');
    assert.equal(session.cache.rejections.size, 1);
    session.set(scope('b', { revision: 1 }));
    session.ack(await session.expect(urls.scope, 'b'));
  },

  async 'make before break'(session) {
    session.request(urls.cluster);
    session.ack(await session.expect(urls.cluster));
    session.request(urls.scope);
    session.ack(await session.expect(urls.scope));
    session.set(...clusterWithEndpoints('c'), scope('s', { clusters: ['c'] }));
    await session.expect(urls.cluster, 'c');
    await session.quiet();
    session.request(urls.endpoints, { subscribe: ['c/eds'] });
    session.ack(await session.expect(urls.endpoints, 'c/eds'));
    session.ack(await session.expect(urls.scope, 's'));
  },

  async 'patience ends'(session) {
    session.request(urls.cluster);
    session.ack(await session.expect(urls.cluster));
    session.request(urls.scope);
    session.ack(await session.expect(urls.scope));
    session.set(resource(urls.cluster, 'slow'), scope('s', { clusters: ['slow'] }));
    await session.expect(urls.cluster, 'slow');
    await session.quiet();
    session.clock.advance(defaultLimits.patience);
    session.ack(await session.expect(urls.scope, 's'));
  },

  async 'certificates on demand'(session) {
    session.set(resource(urls.secret, '*.a.com'));
    session.request(urls.secret, { subscribe: ['x.a.com', 'nobody'] });
    session.ack(await session.expect(urls.secret, 'x.a.com'));
    session.ack(await session.expect(urls.secret, '-nobody'));
  },
};

/** Registers the suite. `connect` opens a stream to a new subject. */
export function deltaContract(name: string, connect: (subject: ContractSubject) => ContractClient): void {
  describe(`delta xDS: ${name}`, () => {
    for (const [title, run] of Object.entries(cases)) {
      test(title, async () => {
        const session = Session.start(connect, []);
        await using _ = session.client;
        await run(session);
      });
    }
  });
}
