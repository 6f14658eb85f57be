// The server through its real door: gRPC on a loopback port.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerCredentials, status } from '@grpc/grpc-js';
import { systemClock } from '../runtime/clock.ts';
import { eventually, withDeadline } from '../testing/deadline.ts';
import { createCache } from './cache.ts';
import type { Resource } from './resource.ts';
import { createXdsServer, type XdsServerOptions } from './server.ts';
import { resource, scope, testTypes, urls } from './testing/content.ts';
import { type ContractClient, type ContractSubject, deltaContract } from './testing/delta-contract.ts';
import { GrpcClient } from './testing/grpc-client.ts';
import { deltaRequest, summary } from './testing/harness.ts';

/** A running server. Disposing stops it. */
function serve(options: Partial<XdsServerOptions> = {}) {
  const stop = new AbortController();
  const server = createXdsServer({
    cache: createCache(),
    types: testTypes,
    clock: systemClock,
    address: '127.0.0.1:0',
    credentials: ServerCredentials.createInsecure(),
    generation: 'g',
    ...options,
  });
  const done = server.run(stop.signal);
  return {
    port: server.listening,
    stop: async () => {
      stop.abort();
      await withDeadline(done, 5_000, 'the server stops');
    },
    async [Symbol.asyncDispose]() {
      await this.stop();
    },
  };
}

function contractClient({ cache, types, clock }: ContractSubject): ContractClient {
  const server = serve({ cache, types, clock });
  const client = server.port.then((port) => new GrpcClient(port));
  return {
    send(request) {
      void client.then((each) => each.send(request));
    },
    next: async () => (await client).next(),
    async [Symbol.asyncDispose]() {
      await (await client)[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

deltaContract('over gRPC', contractClient);

/** A server over these resources, and a client of it. */
async function connected(resources: readonly Resource[], options: Partial<XdsServerOptions> = {}) {
  const cache = createCache();
  cache.apply({ set: resources, remove: [] });
  const server = serve({ cache, ...options });
  const port = await server.port;
  return { cache, server, port, client: new GrpcClient(port) };
}

const listener = resource(urls.listener, 'l');
const first = (type: string) => deltaRequest(type, { node: 'envoy-1' });

test('bytes that are no request end their stream and no other', async () => {
  const { server, port, client } = await connected([listener]);
  await using _ = server;
  await using __ = client;
  await using bad = new GrpcClient(port);
  bad.sendBytes(new Uint8Array([0xff, 0xff, 0xff]));
  assert.equal((await bad.status).code, status.INVALID_ARGUMENT);
  client.send(first(urls.listener));
  assert.deepEqual(summary(await client.next()), ['l']);
});

test('a first request without a node ends the stream', async () => {
  const { server, client } = await connected([listener]);
  await using _ = server;
  await using __ = client;
  client.send(deltaRequest(urls.listener));
  const { code, details } = await client.status;
  assert.equal(code, status.INVALID_ARGUMENT);
  assert.match(details, /node/);
});

test('a malformed type url ends the stream', async () => {
  const { server, client } = await connected([listener]);
  await using _ = server;
  await using __ = client;
  client.send(first('nonsense'));
  assert.equal((await client.status).code, status.INVALID_ARGUMENT);
});

test('too many names end the stream', async () => {
  const { server, client } = await connected([], { limits: { names: 1 } });
  await using _ = server;
  await using __ = client;
  client.send({ ...first(urls.endpoints), subscribe: ['a', 'b'] });
  assert.equal((await client.status).code, status.RESOURCE_EXHAUSTED);
});

test('types that are not served are said once and not answered', async () => {
  const warnings: string[] = [];
  const log = { warn: (message: string) => warnings.push(message), error: () => {} };
  const { server, client } = await connected([listener], { log });
  await using _ = server;
  await using __ = client;
  client.send(first('test/Runtime'));
  client.send(first('test/Runtime'));
  client.send(first(urls.listener));
  assert.deepEqual(summary(await client.next()), ['l']);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /test\/Runtime/);
});

test('a reconnecting client may name more than fits into 4 MiB', async () => {
  const { server, client } = await connected([scope('a')]);
  await using _ = server;
  await using __ = client;
  const names = Array.from({ length: 60_000 }, (_, index) => `scope-${index}-${'x'.repeat(70)}`);
  client.send({ ...first(urls.scope), initialVersions: new Map(names.map((name) => [name, 'v'])) });
  assert.deepEqual(summary(await client.next()), ['a']);
});

test('clients are told when the server stops, and connections are seen to come and go', async () => {
  const seen: string[] = [];
  const observer = {
    connected: (node: string) => seen.push(`+${node}`),
    disconnected: (node: string) => seen.push(`-${node}`),
  };
  const { server, port, client } = await connected([listener], { observer });
  client.send(first(urls.listener));
  await client.next();
  {
    await using other = new GrpcClient(port);
    other.send({ ...first(urls.listener), node: 'envoy-2' });
    await other.next();
  }
  await eventually(() => assert.deepEqual(seen, ['+envoy-1', '+envoy-2', '-envoy-2']));
  await server.stop();
  assert.equal((await client.status).code, status.OK);
  assert.deepEqual(seen.at(-1), '-envoy-1');
  await client[Symbol.asyncDispose]();
});

test('a mistake of ours costs one stream, is logged and not told to the client', async () => {
  const errors: string[] = [];
  const log = { warn: () => {}, error: (message: string) => errors.push(message) };
  const broken = {
    ...listener,
    name: 'broken',
    firstBytes: () => {
      throw new Error('secret words');
    },
  };
  const { server, port, client, cache } = await connected([broken], { log });
  await using _ = server;
  client.send(first(urls.listener));
  const { code, details } = await client.status;
  assert.deepEqual([code, details], [status.INTERNAL, 'internal error']);
  assert.match(errors[0] ?? '', /secret words/);
  await client[Symbol.asyncDispose]();
  cache.apply({ set: [listener], remove: [broken] });
  await using other = new GrpcClient(port);
  other.send(first(urls.listener));
  assert.deepEqual(summary(await other.next()), ['l']);
});

test('an address in use fails the run and the port', async () => {
  await using server = serve();
  const port = await server.port;
  const second = createXdsServer({
    cache: createCache(),
    types: testTypes,
    clock: systemClock,
    address: `127.0.0.1:${port}`,
    credentials: ServerCredentials.createInsecure(),
    generation: 'g',
  });
  await assert.rejects(second.run(new AbortController().signal), /xDS server/);
  await assert.rejects(second.listening, /xDS server/);
});

test('all that happens in one go is answered together', async () => {
  const { server, client, cache } = await connected([listener]);
  await using _ = server;
  await using __ = client;
  client.send(first(urls.scope));
  const greeting = await client.next();
  client.send(deltaRequest(urls.scope, { nonce: greeting.nonce }));
  client.send(first(urls.listener));
  await client.next();
  for (const name of ['a', 'b', 'c']) cache.apply({ set: [scope(name)], remove: [] });
  assert.deepEqual(summary(await client.next()), ['a', 'b', 'c']);
});
