// The first handshake of a host while no control plane is there: what Envoy has it serves, in which mode it has what,
// and what comes of the rest. How long it took is told and not judged.
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../src/runtime/clock.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Client, open, request } from '../chains/kit/connection.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import { documents } from '../kit/manifests.ts';
import type { World } from '../kit/world.ts';
import { chainsOf, modes, served, startMode } from './kit/world.ts';

for (const mode of modes) {
  describe(`--tls-certificates ${mode}`, () => {
    let world: World;
    before(async () => {
      const pair = await selfSigned('any.com');
      const tlsHost = (host: string) => tlsRoot(host, { secretName: 'pair' }, 'one');
      world = await startMode(mode, [secret('pair', pair), tlsHost('seen.com'), tlsHost('unseen.com')]);
      await served(world, 'seen.com');
      await world.write('later.yaml', documents(tlsHost('later.com')));
      await world.answers({ host: 'later.com' }, 301);
      if (mode === 'per-host') await chainsOf(world, 'seen.com', 'unseen.com', 'later.com');
      await controllerGoes();
    });
    after(() => world.close());

    async function controllerGoes(): Promise<void> {
      await world.contour().end('SIGKILL');
      const name = 'control_plane.connected_state';
      await eventually(async () => assert.equal((await world.envoy().stats(`^${name}$`)).get(name), 0));
    }

    /** A handshake and what came of it, as the error's message if it failed. */
    async function handshake(t: TestContext, client: Omit<Client, 'port'>): Promise<string> {
      const start = systemClock.now();
      const done = (what: string) => {
        t.diagnostic(`${client.sni}: ${what} after ${Math.round(systemClock.now() - start)} ms`);
        return what;
      };
      try {
        const socket = await open({ ...client, port: world.ports.https });
        done('handshake');
        const [status = ''] = (await request(socket, client.sni)).split('\r\n');
        socket.destroy();
        return status;
      } catch (error) {
        return done(String(error));
      }
    }

    test('a host that was asked for before is served', async (t) => {
      assert.equal(await handshake(t, { sni: 'seen.com' }), 'HTTP/1.1 200 OK');
    });

    test('a host that Envoy was told of when it started, and nobody asked for, is served', async (t) => {
      assert.equal(await handshake(t, { sni: 'unseen.com' }), 'HTTP/1.1 200 OK');
    });

    if (mode === 'per-host') {
      test('so is a host that was added later', async (t) => {
        assert.equal(await handshake(t, { sni: 'later.com' }), 'HTTP/1.1 200 OK');
      });
    } else {
      test('a host that was added later, and nobody asked for, waits until Envoy gives up', async (t) => {
        assert.match(await handshake(t, { sni: 'later.com' }), /closed|before secure TLS|reset/i);
      });
    }

    test('another name is refused or waits as long, and takes nothing from others', async (t) => {
      const stranger = handshake(t, { sni: 'nobody.org' });
      assert.equal(await handshake(t, { sni: 'seen.com' }), 'HTTP/1.1 200 OK');
      assert.match(await stranger, /closed|before secure TLS|reset/i);
    });

    test('an Envoy that starts now listens nowhere, and serves all when the controller is back', async (t) => {
      await world.replaceEnvoy(await world.anotherEnvoy());
      await eventually(() => world.envoy().admin('/listeners'));
      assert.match(await handshake(t, { sni: 'seen.com' }), /ECONNREFUSED/);
      world.restartContour();
      await served(world, 'seen.com', 'unseen.com', 'later.com');
    });
  });
}
