// Answers that take their time: the whole answer counts against a route's limit, and `infinity` is none.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import { after, before, test } from 'node:test';
import { listen } from '../../src/testing/ports.ts';
import { isObject, objectAt, objectsAt, textAt } from '../../src/testing/raw.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { backing, closed, root, routeTo } from './kit.ts';

const host = 'streams.test';
const limited = (request: string) => ({ timeoutPolicy: { request } });
/** Answers that have begun and are not over, by path. */
const begun = new Map<string, ServerResponse>();
const server = createServer(({ url = '' }, response) => {
  begun.set(url, response.writeHead(200));
  response.write('begun');
});
let world: InProcess;

before(async () => {
  world = await startInProcess([
    ...backing('streams', [await listen(server)]),
    root('streams', host, [
      routeTo('/short', 'streams', {}, limited('100ms')),
      routeTo('/endless', 'streams', {}, limited('infinity')),
      routeTo('/hour', 'streams', {}, limited('1h')),
    ]),
  ]);
});
after(async () => {
  await world?.close();
  await closed(server);
});

/** What is still to come of an answer that has begun. */
async function begin(path: string): Promise<AsyncIterator<Buffer>> {
  const asked = request({ host: '127.0.0.1', port: world.port, path, headers: { host } });
  const [response] = await once(asked.end(), 'response');
  const chunks = response[Symbol.asyncIterator]();
  assert.equal(String((await chunks.next()).value), 'begun');
  return chunks;
}

test('an answer that has begun is cut at the limit; without one it goes on until it is over', async () => {
  const endless = await begin('/endless');
  for (let turn = 0; turn < 3; turn++) {
    // Each of these takes the limit's whole time.
    await assert.rejects((await begin('/short')).next(), /aborted/);
  }
  begun.get('/endless')?.end('over');
  assert.equal(String((await endless.next()).value), 'over');
  assert.equal((await endless.next()).done, true);
});

/** What Envoy does with a route, by the route's name. */
async function actions(): Promise<ReadonlyMap<string | undefined, unknown>> {
  const dump: unknown = JSON.parse(
    await world.envoy.admin('/config_dump?resource=dynamic_scoped_route_configs'),
  );
  assert.ok(isObject(dump));
  const scopes = objectsAt(dump, 'configs').flatMap((config) => objectsAt(config, 'scoped_route_configs'));
  const hosts = scopes.flatMap((scope) =>
    objectsAt(objectAt(scope, 'route_configuration') ?? {}, 'virtual_hosts'),
  );
  const routes = hosts.flatMap((one) => objectsAt(one, 'routes'));
  return new Map(routes.map((route) => [textAt(route, 'name'), route.route]));
}

test('a limit beyond the five minutes after which Envoy ends what is silent is kept all the same', async () => {
  const found = await actions();
  const times = (path: string) => {
    const action = found.get(`IngressRoute/e2e/streams ${path}`);
    assert.ok(isObject(action));
    return [action.timeout, action.idle_timeout];
  };
  assert.deepEqual(times('/short'), ['0.100s', undefined]);
  assert.deepEqual(times('/hour'), ['3600s', '3660s']);
  assert.deepEqual(times('/endless'), ['0s', '0s']);
});
