// Clients that keep to no rule: nothing throws, nothing they may not have is sent, other streams go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeRequest } from './codec.ts';
import { createDeltaStream } from './delta-stream.ts';
import { resource, scope, testTypes, urls } from './testing/content.ts';
import { deltaRequest, Harness } from './testing/harness.ts';

const resources = [
  ...['a', 'b'].map((name) => scope(name, { clusters: ['c', '__proto__'] })),
  resource(urls.cluster, 'c', { endpoints: 'e' }),
  resource(urls.endpoints, 'e'),
  resource(urls.secret, 'a.com'),
  resource(urls.extension, 'wild'),
];

const names = fc.array(fc.constantFrom('a', 'b', 'c', 'e', '*', '', 'A.com', 'a.com', '__proto__', 'wild'), {
  maxLength: 4,
});
const request = fc
  .record({
    type: fc.constantFrom(...Object.values(urls), 'test/Nothing'),
    subscribe: names,
    unsubscribe: names,
    initialVersions: names.map((all) => new Map(all.map((name) => [name, 'v']))),
    nonce: fc.constantFrom('', '', '1', '2', '3', '4', 'x'),
    refusal: fc.constantFrom(undefined, 'no'),
  })
  .map((parts) => deltaRequest(parts.type, parts));

test('any requests: the machine answers only what exists, and other streams go on', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
      const honest = new Harness(resources);
      const stream = createDeltaStream({ cache: honest.cache, types: testTypes, generation: 'x' });
      honest.cache.subscribe({ changed: (touched) => stream.changed(touched) });
      for (const [index, one] of requests.entries()) {
        stream.request(one);
        for (const response of stream.take(index * 1_000)) {
          for (const { name } of response.resources) {
            const known = resources.some(
              (each) => each.type === response.type && each.name === name.toLowerCase(),
            );
            assert.ok(known, `${response.type} ${name}`);
          }
        }
      }
      for (const type of [urls.scope, urls.cluster]) honest.request(type);
      honest.set(scope('a', { revision: 1 }));
      assert.ok(honest.drain().some((each) => each.includes('a')));
    }),
    { numRuns: 500 },
  );
});

test('any bytes: a request or an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        const { type } = decodeRequest(bytes);
        assert.equal(typeof type, 'string');
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    }),
  );
});
