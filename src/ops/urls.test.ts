import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, PathMatch, Route, VirtualHost } from '../dag/model.ts';
import { objectKey } from '../dag/objects.ts';
import { shellWord, urlLines } from './urls.ts';

const entrance = { address: '127.0.0.1', httpPort: 8080, httpsPort: 8443 };
const options = { entrance, limit: 20 };
const plain = { colour: false };
const forward = (...services: readonly (string | undefined)[]): Action => ({
  kind: 'forward',
  websockets: false,
  backends: services.map((service) => ({
    weight: 1,
    cluster: service === undefined ? undefined : { namespace: 'shop', service, port: 80, portName: '' },
  })),
});
const route = (
  path: string,
  action: Action = forward('cart'),
  kind: PathMatch['kind'] = 'prefix',
): Route => ({
  match: { kind, path },
  action,
  source: objectKey('IngressRoute', 'shop', 'root'),
  chain: [],
});
const host = (name: string, http: readonly Route[], https?: readonly Route[]): VirtualHost => ({
  host: name,
  http,
  https: https && {
    routes: https,
    certificate: { namespace: 'shop', name: 'tls', chain: new Uint8Array(), key: new Uint8Array() },
  },
  owners: [],
});
const commands = (...hosts: VirtualHost[]) =>
  urlLines(hosts, options, plain).map((line) => line.replace(/ +#/, ' #'));

test('a line for each route, hosts sorted', () => {
  const redirect = route('/', { kind: 'redirect-to-https' });
  const broken = route('/broken', { kind: 'respond', status: 503 });
  assert.deepEqual(
    commands(
      host('tls.example', [redirect], [route('/')]),
      host('*', [route('/')]),
      host('*.wild.example', [
        route('/a', forward('cart', undefined, 'blog')),
        route('/b', forward(undefined)),
      ]),
      host('a.example', [broken, route('/re.*', forward('cart'), 'regex')]),
    ),
    [
      'curl http://127.0.0.1:8080/ # shop/cart:80',
      "curl -H 'Host: any.wild.example' http://127.0.0.1:8080/a # shop/cart:80, shop/blog:80",
      "curl -H 'Host: any.wild.example' http://127.0.0.1:8080/b # answers 503",
      "curl -H 'Host: a.example' http://127.0.0.1:8080/broken # answers 503",
      'curl -k --resolve tls.example:8443:127.0.0.1 https://tls.example:8443/ # shop/cart:80',
    ],
  );
});

test('paths and words that a shell or curl would read otherwise', () => {
  const [line] = commands(host('a.example', [route("/a b'$(x)[1]{2}?#%20%é")]));
  assert.equal(
    line,
    "curl -H 'Host: a.example' 'http://127.0.0.1:8080/a%20b'\\''$(x)%5B1%5D%7B2%7D%3F%23%20%25%C3%A9' # shop/cart:80",
  );
  assert.equal(shellWord('a;b'), "'a;b'");
});

test('an IPv6 entrance', () => {
  const lines = urlLines(
    [host('t.example', [], [route('/')])],
    { entrance: { ...entrance, address: '::1' }, limit: 1 },
    plain,
  );
  assert.deepEqual(lines, [
    "curl -k --resolve 't.example:8443:[::1]' https://t.example:8443/  # shop/cart:80",
  ]);
});

test('no more lines than asked for', () => {
  const many = Array.from({ length: 5 }, (_, index) => host(`h${index}.example`, [route('/')]));
  const lines = urlLines(many, { entrance, limit: 2 }, plain);
  assert.equal(lines.length, 3);
  assert.equal(lines[2], 'and 3 more');
});
