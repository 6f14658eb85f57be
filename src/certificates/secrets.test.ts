// Secrets of a small API server: what is written, what is not, and what is said when it may not be.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { resources } from '../kube/resources.ts';
import { startWorld } from '../kube/testing/fake-api-server-client.ts';
import { statusObject } from '../kube/testing/fake-api-server-faults.ts';
import type { Clock } from '../runtime/clock.ts';
import type { RawObject } from '../store/events.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { renew } from './renew.ts';
import { secretStore } from './secrets.ts';

const names = { contour: 'contourcert', envoy: 'envoycert' };
const namespace = 'infra';

/** Pauses end at once. */
const hurried: Clock = {
  ...manualClock(),
  date: () => new Date('2026-03-01T12:00:00Z'),
  after(_, callback) {
    queueMicrotask(callback);
    return () => {};
  },
};

async function start(t: TestContext) {
  const { server, api } = await startWorld(t);
  const said: string[] = [];
  const store = secretStore({
    ...{ api, namespace, names, clock: hurried, signal: t.signal },
    random: () => 0.5,
    waits: (message) => said.push(message),
  });
  const certgen = (replace: 'always' | 'if-needed' = 'if-needed') =>
    renew({
      ...{ store, replace, days: 365, names: ['contour'], neededNames: ['contour'] },
      ...{ clock: hurried, random: () => 0.5, signal: t.signal },
    });
  const secret = async (name: string): Promise<RawObject> =>
    (await api.get(resources.secrets, { namespace, name }, t.signal)) ?? {};
  const writes = () => server.requests.map(({ method }) => method).filter((method) => method !== 'GET');
  return { server, said, certgen, secret, writes };
}

const empty = (name: string): RawObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: { namespace, name, labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
});

describe('the Secrets of certgen', () => {
  it('are made if they are not there, and left alone from then on', async (t) => {
    const { certgen, secret, writes } = await start(t);
    const { why, written } = await certgen();
    assert.equal(why, 'there are none yet');
    assert.deepEqual(written, [
      { place: 'Secret infra/contourcert', how: 'created' },
      { place: 'Secret infra/envoycert', how: 'created' },
    ]);
    const before = await secret('contourcert');
    assert.equal(before.type, 'kubernetes.io/tls');
    assert.deepEqual(Object.keys(before.data ?? {}), ['ca.crt', 'tls.crt', 'tls.key']);
    assert.equal((await certgen()).why, undefined);
    assert.deepEqual(await secret('contourcert'), before);
    assert.deepEqual(writes(), ['POST', 'POST']);
  });

  it('that are there without data are filled; their type and labels stay', async (t) => {
    const { server, certgen, secret, writes } = await start(t);
    for (const name of Object.values(names)) server.put(resources.secrets, empty(name));
    assert.deepEqual(
      (await certgen()).written.map(({ how }) => how),
      ['replaced', 'replaced'],
    );
    const { type, metadata } = await secret('envoycert');
    assert.equal(type, 'Opaque');
    assert.deepEqual((metadata as RawObject).labels, { 'app.kubernetes.io/managed-by': 'Helm' });
    assert.deepEqual(writes(), ['PUT', 'PUT']);
  });

  it('are made anew as a whole if one of them is lost', async (t) => {
    const { server, certgen, secret } = await start(t);
    await certgen();
    const before = await secret('contourcert');
    server.remove(resources.secrets, { namespace, name: 'envoycert' });
    assert.equal((await certgen()).why, 'envoy/ca.crt is missing');
    assert.notDeepEqual((await secret('contourcert')).data, before.data);
    assert.equal((await certgen()).why, undefined);
  });

  it('fit together whoever writes at the same time', async (t) => {
    const { server, certgen, writes } = await start(t);
    for (const name of Object.values(names)) server.put(resources.secrets, empty(name));
    await Promise.all([certgen(), certgen(), certgen()]);
    const before = writes().length;
    assert.equal((await certgen()).why, undefined);
    assert.equal(writes().length, before);
  });

  it('are written again after a conflict', async (t) => {
    const { server, certgen, writes } = await start(t);
    for (const name of Object.values(names)) server.put(resources.secrets, empty(name));
    const body = statusObject(409, 'Conflict', 'the object has been modified');
    server.next('PUT', '/envoycert', { kind: 'answer', status: 409, body });
    await certgen();
    assert.deepEqual(writes(), ['PUT', 'PUT', 'PUT', 'PUT']);
    assert.equal((await certgen()).why, undefined);
  });

  it('are given up if they never stay', async (t) => {
    const { server, certgen } = await start(t);
    const body = statusObject(409, 'Conflict', 'x');
    for (let times = 0; times < 8; times += 1)
      server.next('POST', '/secrets', { kind: 'answer', status: 409, body });
    await assert.rejects(certgen(), { name: 'StartError', message: /somebody else keeps changing them/ });
  });

  it('are asked for again when the server is busy, and it is said', async (t) => {
    const { server, certgen, said } = await start(t);
    server.next('GET', '/contourcert', {
      kind: 'answer',
      status: 503,
      body: statusObject(503, '', 'starting'),
    });
    await certgen('always');
    assert.deepEqual(said, [
      'GET /api/v1/namespaces/infra/secrets/contourcert: 503 Service Unavailable: starting; trying again in 1 s',
    ]);
  });

  const refusals: readonly (readonly [method: string, status: number, expected: RegExp])[] = [
    [
      'GET',
      403,
      /grant get on secrets contourcert and envoycert in namespace infra \(a Role with resourceNames\)$/,
    ],
    ['GET', 401, /the credentials of the kubeconfig are not taken$/],
    ['POST', 403, /grant create on secrets in namespace infra, or make the Secrets .* without data before$/],
    ['POST', 404, /make the namespace: kubectl create namespace infra$/],
    ['PUT', 403, /grant update on secrets contourcert and envoycert/],
    ['PUT', 422, /if contourcert is immutable, delete it first$/],
  ];
  for (const [method, status, expected] of refusals)
    it(`${method} answered with ${status}: the remedy is named, and no key`, async (t) => {
      const { server, certgen } = await start(t);
      if (method === 'PUT') server.put(resources.secrets, empty('contourcert'));
      server.next(method, '/secrets', { kind: 'answer', status, body: statusObject(status, '', 'no') });
      await assert.rejects(certgen(), (error: Error) => {
        assert.equal(error.name, 'StartError');
        assert.match(error.message, expected);
        return !error.message.includes('PRIVATE');
      });
    });
});
