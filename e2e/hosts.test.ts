// Which host a request belongs to, in all forms of Host, and that nothing falls through to another tenant.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { echoOf } from '../src/testing/http-client.ts';
import { documents, ingress, root } from './kit/manifests.ts';
import { outcome, startWorld, type World } from './kit/world.ts';

let world: World;
before(async () => {
  world = await startWorld({
    files: {
      'hosts.yaml': documents(
        ingress('everyone', undefined, { '/': 'two' }),
        ingress('wild', '*.wild.com', { '/': 'two', '/wild': 'one' }),
        ingress('wild-parent', '*.com', { '/com': 'one' }),
        root('exact', 'a.com', { '/only': 'one' }),
        root('below-wild', 'mine.wild.com', { '/only': 'one' }),
      ),
    },
  });
});
after(() => world.close());

const cases: readonly { readonly host: string; readonly path: string; readonly expected: string | number }[] =
  [
    // The exact host, in every form.
    { host: 'a.com', path: '/only', expected: 'one' },
    { host: 'A.COM', path: '/only', expected: 'one' },
    { host: 'a.com:8080', path: '/only', expected: 'one' },
    { host: 'A.Com:8080', path: '/only/below', expected: 'one' },
    { host: 'a.com.', path: '/only', expected: 'one' },
    { host: 'a.com.:80', path: '/only', expected: 'one' },
    // What it has no route for is nobody else's.
    { host: 'a.com', path: '/', expected: 404 },
    { host: 'a.com', path: '/onlyx', expected: 404 },
    { host: 'A.COM:8080', path: '/wild', expected: 404 },
    { host: 'mine.wild.com', path: '/only', expected: 'one' },
    { host: 'mine.wild.com', path: '/wild', expected: 404 },
    { host: 'MINE.wild.com', path: '/', expected: 404 },
    // Wildcards take one label.
    { host: 'x.wild.com', path: '/wild', expected: 'one' },
    { host: 'X.Wild.COM', path: '/wild', expected: 'one' },
    { host: 'x.wild.com:443', path: '/wild', expected: 'one' },
    { host: 'x.wild.com.', path: '/wild', expected: 'one' },
    { host: 'x.wild.com', path: '/', expected: 'two' },
    { host: 'x.y.wild.com', path: '/wild', expected: 'two' },
    { host: 'wild.com', path: '/com', expected: 'one' },
    { host: 'wild.com', path: '/wild', expected: 404 },
    { host: '.wild.com', path: '/wild', expected: 'two' },
    // Everyone else.
    { host: 'nope.org', path: '/only', expected: 'two' },
    { host: '127.0.0.1', path: '/', expected: 'two' },
    { host: '[::1]:8080', path: '/', expected: 'two' },
  ];

for (const { host, path, expected } of cases) {
  test(`${host}${path} is answered by ${expected}`, async () => {
    assert.equal(outcome(await world.ask({ host, path })), expected);
  });
}

for (const forged of ['http/mine.wild.com', 'http/*', 'https/a.com/a.com', '']) {
  test(`a forged x-contour-vhost "${forged}" changes nothing and reaches no backend`, async () => {
    const headers = { 'x-contour-vhost': forged };
    assert.equal(outcome(await world.ask({ host: 'a.com', path: '/', headers })), 404);
    for (const host of ['a.com', 'A.com', 'mine.wild.com']) {
      const echo = echoOf(await world.ask({ host, path: '/only', headers }));
      assert.equal(echo.backend, 'one');
      assert.equal(echo.headers['x-contour-vhost'], undefined);
    }
  });
}

test('the backend sees the host without its port, the path as it came and when the request started', async () => {
  const echo = echoOf(await world.ask({ host: 'a.com:8080', path: '/only/%2Fx?q=/../' }));
  assert.equal(echo.host, 'a.com');
  assert.equal(echo.path, '/only/%2Fx?q=/../');
  assert.match(String(echo.headers['x-request-start']), /^t=\d+\.\d{3}$/);
});

for (const path of ['/x/../only', '//only', '/./only', '/only/../only/']) {
  test(`${path} is normalised before it is matched`, async () => {
    assert.equal(outcome(await world.ask({ host: 'a.com', path })), 'one');
  });
}
