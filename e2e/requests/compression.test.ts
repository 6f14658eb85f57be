// Answers are compressed for clients that ask for it, and gRPC never.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { listen } from '../../src/testing/ports.ts';
import { documents, root, service } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { closed } from '../routes/kit.ts';

const text = 'compress me '.repeat(100);
/** Answers with the content type, and the encoding if there is one, that the path asks for. */
const typed = createServer(({ url = '' }, response) => {
  const query = new URL(url, 'http://x').searchParams;
  const encoding = query.get('encoding');
  const type = { 'content-type': query.get('type') ?? '' };
  response.writeHead(200, encoding === null ? type : { ...type, 'content-encoding': encoding }).end(text);
});

let world: World;
before(async () => {
  world = await startWorld({
    files: {
      'a.yaml': documents(...service('typed', await listen(typed)), root('a', 'a.com', { '/': 'typed' })),
    },
  });
});
after(async () => {
  await world?.close();
  await closed(typed);
});

const send = (path: string, accepted?: string) =>
  world.ask({ host: 'a.com', path, headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });

for (const type of ['text/html', 'text/plain', 'application/json', 'text/css'])
  test(`${type} is compressed`, async () => {
    const { headers, body } = await send(`/?type=${type}`, 'gzip, br');
    assert.equal(headers['content-encoding'], 'gzip');
    assert.match(String(headers.vary), /accept-encoding/i);
    assert.equal(gunzipSync(body).toString(), text);
  });

const plain: readonly (readonly [name: string, path: string, accepted?: string])[] = [
  ['gRPC', '/?type=application/grpc', 'gzip'],
  ['gRPC with a message type', '/?type=application/grpc%2Bproto', 'gzip'],
  ['an image', '/?type=image/png', 'gzip'],
  ['for a client that says nothing', '/?type=text/html'],
  ['for a client that takes another encoding', '/?type=text/html', 'br'],
  ['for a client that excludes it', '/?type=text/html', 'gzip;q=0'],
];
for (const [name, path, accepted] of plain)
  test(`${name}: not compressed`, async () => {
    const { headers, body } = await send(path, accepted);
    assert.equal(headers['content-encoding'], undefined);
    assert.equal(body.toString(), text);
  });

test('what is compressed is left as it is', async () => {
  const { headers, body } = await send('/?type=text/html&encoding=br', 'gzip, br');
  assert.equal(headers['content-encoding'], 'br');
  assert.equal(body.toString(), text);
});
