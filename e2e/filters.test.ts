// Every HTTP filter works for every way to find a host: directly, after lower-casing, by wildcard, by default.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Answer, echoOf } from '../src/testing/http-client.ts';
import { documents, ingress, root } from './kit/manifests.ts';
import { outcome, startWorld, type World } from './kit/world.ts';

let world: World;
before(async () => {
  world = await startWorld({
    files: {
      'hosts.yaml': documents(
        root('exact', 'a.com', { '/': 'one' }),
        ingress('wild', '*.wild.com', { '/': 'one' }),
        ingress('everyone', undefined, { '/': 'one' }),
      ),
    },
  });
});
after(() => world.close());

const hosts = {
  'an exact host': 'a.com',
  'upper case': 'A.COM',
  'a wildcard': 'x.wild.com',
  'the default': 'nope.org',
};

const plainJson = (answer: Answer) => JSON.parse(gunzipSync(answer.body).toString());

/** What shows that a filter, or several, ran; by their names in the chain. */
const filters: Readonly<Record<string, (host: string) => Promise<void>>> = {
  /** The host is found, and the scope key goes no further. */
  'case and wild': async (host) => {
    const answer = await world.ask({ host });
    assert.equal(outcome(answer), 'one');
    assert.equal(echoOf(answer).headers['x-contour-vhost'], undefined);
    assert.equal(answer.headers['x-contour-vhost'], undefined);
  },
  compressor: async (host) => {
    const answer = await world.ask({ host, headers: { 'accept-encoding': 'gzip' } });
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.equal(plainJson(answer).backend, 'one');
  },
  grpc_web: async (host) => {
    const headers = { 'content-type': 'application/grpc-web+proto', accept: 'application/grpc-web+proto' };
    const answer = await world.ask({ host, method: 'POST', headers, body: new Uint8Array(5) });
    assert.equal(answer.headers['content-type'], 'application/grpc-web+proto');
  },
  /** With its headers, and Envoy as server. */
  router: async (host) => {
    const answer = await world.ask({ host });
    assert.match(String(answer.headers['x-envoy-upstream-service-time']), /^\d+$/);
    assert.equal(answer.headers.server, 'envoy');
    assert.match(String(echoOf(answer).headers['x-request-id']), /^[0-9a-f-]{36}$/);
  },
};

for (const [filter, shows] of Object.entries(filters)) {
  for (const [kind, host] of Object.entries(hosts)) test(`${filter} for ${kind}`, () => shows(host));
}

/** Names in every `http_filters` list, wherever it stands. */
function filterNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(filterNames);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'http_filters' in value && Array.isArray(value.http_filters) ? value.http_filters : [];
  return [...own.map(({ name }) => String(name)), ...Object.values(value).flatMap(filterNames)];
}

test('the tests above name every filter of the chain', async () => {
  const dump = JSON.parse(await world.envoy().admin('/config_dump?resource=dynamic_listeners'));
  const names = Object.keys(filters).flatMap((name) => name.split(' and '));
  const found = filterNames(dump).map((name) => name.replace('envoy.filters.http.', ''));
  assert.deepEqual([...new Set(found)].sort(), [...names].sort());
});
