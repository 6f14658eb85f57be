// Changes one after another end where everything at once ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { VirtualHost } from '../dag/model.ts';
import type { TlsCertificates } from './filter-chain.ts';
import {
  certificate,
  cluster,
  createWorld,
  forward,
  ownHost,
  plainHost,
  route,
  tcpHost,
  title,
  tlsHost,
} from './testing/fixtures.ts';

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
  fc
    .tuple(hostName, fc.constantFrom('1.1', '1.2', '1.3'), routes)
    .map(([name, version, of]) => ownHost(name, certificate('1'), version, ...of)),
  fc
    .tuple(fc.constantFrom('a.com', 'b.com'), fc.constantFrom('1', undefined), fc.array(service))
    .map(([name, cert, of]) => tcpHost(name, cert && certificate(cert), ...of.map((to) => cluster(to)))),
);
const turn = fc.array(fc.oneof(host, hostName), { maxLength: 4 });

function start(tlsCertificates: TlsCertificates) {
  const world = createWorld({ tlsCertificates });
  for (const resource of world.translator.listeners().set) world.resources.set(title(resource), resource);
  /** An Envoy has the listener as it is, and uses it. */
  const accept = () => {
    const listener = world.resources.get('Listener ingress_https');
    if (listener === undefined) return;
    world.accepted(listener);
    world.inUse(listener);
  };
  return { ...world, accept };
}

for (const mode of ['on-demand', 'per-host'] as const)
  test(`incremental equals full, ${mode}`, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(turn, fc.boolean()), { maxLength: 12 }), (turns) => {
        const world = start(mode);
        const final = new Map<string, VirtualHost>();
        for (const [changes, accepted] of turns) {
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
          if (accepted) world.accept();
        }
        const full = start(mode);
        full.serve(...final.values());
        world.accept();
        full.accept();
        assert.deepEqual(world.versions(), full.versions());
      }),
      { numRuns: 200 },
    );
  });
