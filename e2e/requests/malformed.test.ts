// Requests that two servers might read in two ways are refused, large ones are bounded, and neither reaches a backend.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documents, ingress, root, service } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { type Scripted, scripted } from '../routes/kit.ts';
import { exchange, get, statusOf } from './raw.ts';

let world: World;
let backend: Scripted;
before(async () => {
  backend = await scripted(() => 200);
  world = await startWorld({
    files: {
      'a.yaml': documents(
        ...service('all', backend.port),
        root('a', 'a.com', { '/': 'all' }),
        root('b', 'b.com', { '/': 'all' }),
        ingress('wild', '*.wild.com', { '/': 'all' }),
      ),
    },
  });
});
after(async () => {
  await world?.close();
  await backend?.close();
});

const post = (headers: readonly string[], body: string, version = '1.1'): string =>
  [`POST /refused HTTP/${version}`, 'Host: a.com', ...headers, '', body].join('\r\n');
const chunked = 'Transfer-Encoding: chunked';
/** What the second of two servers would take for a request of its own. */
const smuggled = `0\r\n\r\n${get('a.com', '/smuggled')}`;

const refused: readonly (readonly [name: string, request: string, status: number])[] = [
  ['length and chunks', post([`Content-Length: ${smuggled.length}`, chunked], smuggled), 400],
  ['chunks and length', post([chunked, 'Content-Length: 4'], smuggled), 400],
  ['chunks and length, HTTP/1.0', post([chunked, 'Content-Length: 4'], smuggled, '1.0'), 400],
  ['two lengths', post(['Content-Length: 5', 'Content-Length: 6'], '0\r\n\r\nG'), 400],
  ['a length with a sign', post(['Content-Length: +3'], 'abc'), 400],
  ['a length that is negative', post(['Content-Length: -3'], 'abc'), 400],
  ['a length in hex', post(['Content-Length: 0x3'], 'abc'), 400],
  ['a list of lengths', post(['Content-Length: 3, 4'], 'abcd'), 400],
  ['an unknown coding', post(['Transfer-Encoding: xchunked'], smuggled), 501],
  ['chunked, and not the last', post(['Transfer-Encoding: chunked, identity'], smuggled), 501],
  ['chunked, and again', post([chunked, 'Transfer-Encoding: identity'], smuggled), 501],
  ['a space before the colon', post(['Transfer-Encoding : chunked'], smuggled), 400],
  ['a vertical tab before chunked', post(['Transfer-Encoding: \x0bchunked'], smuggled), 400],
  ['a control character in a value', get('a.com', '/refused', 'X: a\x01'), 400],
  ['a zero in a value', get('a.com', '/refused', 'X: a\0b'), 400],
  ['a control character in the path', get('a.com', '/refused\x01'), 400],
  ['a space in the path', get('a.com', '/refused x'), 400],
  ['a raw byte in the path', get('a.com', '/refused\x80'), 400],
  ['a fragment in the path', get('a.com', '/refused#x'), 400],
  ['a space in the host', get('a com', '/refused'), 400],
  ['a quote in the host', get('a"com', '/refused'), 400],
  ['a quote in the method', get('a.com', '/refused').replace('GET', 'G"T'), 400],
  ['a header that is to be dropped on the way', get('a.com', '/refused', 'Connection: x-forwarded-for'), 400],
  ['two hosts', get('a.com', '/refused', 'Host: b.com'), 404],
  ['one host twice', get('a.com', '/refused', 'Host: a.com'), 404],
  ['two hosts, of which the first is unknown', get('x.org', '/refused', 'Host: a.com'), 404],
  ['no host', get('', '/refused'), 404],
  ['a tunnel', 'CONNECT a.com:80 HTTP/1.1\r\nHost: a.com:80\r\nConnection: close\r\n\r\n', 404],
  ['a header over 60 KiB', get('a.com', '/refused', `X: ${'x'.repeat(61 * 1024)}`), 431],
  [
    'many headers, over 60 KiB together',
    get('a.com', '/refused', ...Array(60).fill(`X: ${'x'.repeat(1024)}`)),
    431,
  ],
  ['more than 100 headers', get('a.com', '/refused', ...Array(100).fill('X: x')), 431],
];

describe('refused', { concurrency: 8 }, () => {
  for (const [name, request, status] of refused)
    test(`${name}: ${status}`, async () => {
      assert.equal(statusOf(await exchange({ port: world.ports.http, request })), status);
    });
});

test('none of them reached a backend, nor did what they smuggled', () => {
  assert.deepEqual(backend.paths, []);
});

const passed: readonly (readonly [name: string, request: string])[] = [
  ['100 headers', get('a.com', '/passed', ...Array(98).fill('X: x'))],
  [
    'a body in chunks',
    post([chunked, 'Connection: close'], '3\r\nabc\r\n0\r\n\r\n').replace('refused', 'passed'),
  ],
  [
    'a body with its length',
    post(['Content-Length: 3', 'Connection: close'], 'abc').replace('refused', 'passed'),
  ],
  ['a header of ours to be dropped on the way', get('a.com', '/passed', 'Connection: x-contour-vhost')],
  ['the host of the request line', get('x.org', 'http://a.com/passed')],
];
for (const [index, [name, request]] of passed.entries())
  test(`passed: ${name}`, async () => {
    assert.equal(statusOf(await exchange({ port: world.ports.http, request })), 200);
    assert.equal(backend.paths.length, index + 1);
    assert.equal(backend.paths.at(-1), '/passed');
  });
