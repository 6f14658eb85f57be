// Changes one after another end where everything at once ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { VirtualHost } from '../dag/model.ts';
import { certificate, cluster, createWorld, forward, plainHost, route, tlsHost } from './testing/fixtures.ts';

const service = fc.constantFrom('a', 'b', 'c', 'd');
const routes = fc.array(
  service.map((name) => route(`/${name}`, forward(cluster(name)))),
  { maxLength: 3 },
);
const hostName = fc.constantFrom('a.com', 'b.com', '*.c.com', '*');
const host: fc.Arbitrary<VirtualHost> = fc.oneof(
  fc.tuple(hostName, routes).map(([name, of]) => plainHost(name, ...of)),
  fc
    .tuple(hostName, fc.constantFrom('1', '2'), routes)
    .map(([name, cert, of]) => tlsHost(name, certificate(cert), ...of)),
);
const turn = fc.array(fc.oneof(host, hostName), { maxLength: 4 });

test('incremental equals full', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
      const world = createWorld();
      const final = new Map<string, VirtualHost>();
      for (const changes of turns) {
        const hosts = new Map<string, VirtualHost | undefined>();
        for (const change of changes) {
          if (typeof change === 'string') hosts.set(change, undefined);
          else hosts.set(change.host, change);
        }
        for (const [name, value] of hosts) {
          if (value === undefined) final.delete(name);
          else final.set(name, value);
        }
        world.serve(...[...hosts.values()].filter((value) => value !== undefined));
        world.drop(...[...hosts].filter(([, value]) => value === undefined).map(([name]) => name));
      }
      const full = createWorld();
      full.serve(...final.values());
      assert.deepEqual(world.versions(), full.versions());
    }),
    { numRuns: 200 },
  );
});
