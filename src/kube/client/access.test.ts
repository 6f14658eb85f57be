// Credentials change while the process lives.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { selfSigned } from '../../testing/certificates.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { resources } from '../resources.ts';
import { kubeConfigOf, startWorld, unaborted } from '../testing/fake-api-server-client.ts';
import { statusObject } from '../testing/fake-api-server-faults.ts';
import { createAccess, freshMs } from './access.ts';

const cart = { namespace: 'shop', name: 'cart' };

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'contour-access-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

/** An exec plugin that prints `output`, and counts how often it runs by a line in `runs`. */
async function plugin(t: TestContext, output: string) {
  const folder = await directory(t);
  const command = join(folder, 'plugin');
  const runs = join(folder, 'runs');
  await writeFile(join(folder, 'output'), output);
  await writeFile(command, `#!/bin/sh\necho run >> ${runs}\ncat ${join(folder, 'output')}\n`);
  await chmod(command, 0o755);
  const runCount = async () => (await readFile(runs, 'utf8')).trim().split('\n').length;
  return { user: { exec: { command, apiVersion: 'client.authentication.k8s.io/v1' } }, runCount };
}

const credential = (status: object) => JSON.stringify({ kind: 'ExecCredential', status });

describe('credentials of each request', () => {
  for (const [name, user, expected] of [
    ['a token', { token: 'abc' }, 'Bearer abc'],
    ['a password', { username: 'joe', password: 'pw' }, `Basic ${Buffer.from('joe:pw').toString('base64')}`],
    ['nothing', {}, undefined],
  ] as const) {
    test(name, async (t) => {
      const { server, api } = await startWorld(t, { user });
      await api.get(resources.services, cart, unaborted());
      assert.equal(server.requests[0]?.headers.authorization, expected);
    });
  }

  test('while a plugin runs, however long, no second one is started', async (t) => {
    const { user, runCount } = await plugin(t, credential({ token: 'slow' }));
    const clock = manualClock();
    const keeper = createAccess(kubeConfigOf({ cluster: { server: 'https://127.0.0.1:1' }, user }), clock);
    t.after(() => keeper.close());
    const first = keeper.get();
    clock.advance(10 * freshMs);
    keeper.refused();
    const all = await Promise.all([first, keeper.get()]);
    assert.deepEqual(
      all.map(({ headers }) => headers.authorization),
      ['Bearer slow', 'Bearer slow'],
    );
    assert.equal(await runCount(), 1);
  });

  test('a token file is read again within a minute or so', async (t) => {
    const tokenFile = join(await directory(t), 'token');
    await writeFile(tokenFile, 'first');
    const clock = manualClock();
    const user = { authProvider: { name: 'tokenFile', config: { tokenFile } } };
    const cluster = { server: 'https://127.0.0.1:1' };
    const keeper = createAccess(kubeConfigOf({ cluster, user }), clock);
    t.after(() => keeper.close());
    t.mock.timers.enable({ apis: ['Date'], now: 0 });
    assert.equal((await keeper.get()).headers.authorization, 'Bearer first');
    await writeFile(tokenFile, 'second');
    t.mock.timers.tick(61_000);
    clock.advance(freshMs);
    assert.equal((await keeper.get()).headers.authorization, 'Bearer second');
  });

  test('a token file is read again when the server refuses the token', async (t) => {
    const tokenFile = join(await directory(t), 'token');
    await writeFile(tokenFile, 'first\n');
    const clock = manualClock();
    const user = { authProvider: { name: 'tokenFile', config: { tokenFile } } };
    const { server, api } = await startWorld(t, { clock, user });
    const get = () => api.get(resources.services, cart, unaborted());
    await get();
    await writeFile(tokenFile, 'second');
    clock.advance(1_000);
    const body = statusObject(401, 'Unauthorized', 'Unauthorized');
    server.next('GET', '/cart', { kind: 'answer', status: 401, body });
    await assert.rejects(get(), { code: 401, reason: 'Unauthorized' });
    await get();
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization),
      ['Bearer first', 'Bearer first', 'Bearer second'],
    );
  });

  test('a file that is gone is an error that names it, and no more than that', async (t) => {
    const { api } = await startWorld(t, {
      user: { authProvider: { name: 'tokenFile', config: { tokenFile: '/nowhere/token' } } },
    });
    await assert.rejects(api.get(resources.services, cart, unaborted()), {
      ...{ name: 'ApiError', code: 0 },
      message: /services\/cart: no credentials: ENOENT.*\/nowhere\/token/,
    });
  });
});

describe('exec plugins', () => {
  test('run once for many requests, and again when their token is over', async (t) => {
    const over = credential({ token: 'abc', expirationTimestamp: '2020-01-01T00:00:00Z' });
    const { user, runCount } = await plugin(t, over);
    const clock = manualClock();
    const { server, api } = await startWorld(t, { clock, user });
    const get = () => api.get(resources.services, cart, unaborted());
    await Promise.all([get(), get(), get()]);
    assert.equal(server.requests[2]?.headers.authorization, 'Bearer abc');
    assert.equal(await runCount(), 1);
    clock.advance(freshMs);
    await get();
    assert.equal(await runCount(), 2);
  });

  test('what they print never shows', async (t) => {
    const { user } = await plugin(t, 's3cret');
    const { api } = await startWorld(t, { user });
    await assert.rejects(api.get(resources.services, cart, unaborted()), (error: Error) => {
      assert.match(error.message, /no credentials: what a plugin printed is not JSON$/);
      return !error.message.includes('s3cret');
    });
  });

  test('give client certificates', async (t) => {
    const [ca, me] = [await selfSigned('fake-api'), await selfSigned('joe')];
    const { user } = await plugin(
      t,
      credential({ clientCertificateData: me.certificate, clientKeyData: me.key }),
    );
    const tls = { key: ca.key, cert: ca.certificate, clientCa: me.certificate };
    const { server, api } = await startWorld(t, { tls, user, cluster: { skipTLSVerify: true } });
    await api.get(resources.services, cart, unaborted());
    assert.equal(server.requests[0]?.client, 'joe');
  });
});

describe('connections', () => {
  test('stay while the certificates do, and are new when these change', async (t) => {
    const folder = await directory(t);
    const certFile = join(folder, 'tls.crt');
    const keyFile = join(folder, 'tls.key');
    const rotate = async (name: string) => {
      const { certificate, key } = await selfSigned(name);
      await writeFile(certFile, certificate);
      await writeFile(keyFile, key);
    };
    await rotate('one');
    const clock = manualClock();
    const kubeConfig = kubeConfigOf({
      cluster: { server: 'https://127.0.0.1:1' },
      user: { certFile, keyFile },
    });
    const keeper = createAccess(kubeConfig, clock);
    t.after(() => keeper.close());
    const { dispatcher } = await keeper.get();
    clock.advance(freshMs);
    assert.equal((await keeper.get()).dispatcher, dispatcher);
    await rotate('two');
    assert.equal((await keeper.get()).dispatcher, dispatcher);
    clock.advance(freshMs);
    assert.notEqual((await keeper.get()).dispatcher, dispatcher);
  });
});
