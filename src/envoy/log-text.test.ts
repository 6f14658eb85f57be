// No text of a user breaks out of its column.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionLine } from './access-log.ts';
import { logText } from './log-text.ts';
import { envoyRoutes } from './route.ts';
import { route } from './testing/fixtures.ts';

const forged = 'a"\n[2026] "GET /forged';
const harmless = 'a\\u{22}\\u{a}[2026] \\u{22}GET /forged';

test('quotes and control characters are escaped, the rest is as it was', () => {
  assert.equal(logText(forged), harmless);
  assert.equal(logText('Ingress/shop/root /v[0-9]+/é %'), 'Ingress/shop/root /v[0-9]+/é %');
});

test('in the name of a route', () => {
  const [first] = envoyRoutes(route(`/${forged}`, { kind: 'respond', status: 503 }, 'regex'), {
    redirectPort: undefined,
  });
  assert.equal(first?.name, `IngressRoute/shop/root /${harmless}`);
});

test('in the object that hands connections on, which is no format either', () => {
  const line = connectionLine(`IngressRoute/shop/%DURATION%${forged}`);
  assert.ok(line.endsWith(` "IngressRoute/shop/%%DURATION%%${harmless}"\n`), line);
});
