// Every example of docs/ingressroute.md, served by `contour serve` and a real Envoy: requests give what its folder says.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Example, exampleNames, type Request, readExample } from '../examples/ingressroute/example.ts';
import { startBackends } from '../examples/quickstart/backends.ts';
import { writeSecret } from '../examples/quickstart/serve.ts';
import { eventually } from '../src/testing/deadline.ts';
import type { Answer } from '../src/testing/http-client.ts';
import { type Closers, closedOnFailure } from './kit/closers.ts';
import { choosePorts, startContour } from './kit/contour.ts';
import { type Entrance, openEntrance, type WorldAsk } from './kit/entrance.ts';

interface Served extends Entrance {
  /** A copy of the example's. */
  readonly folder: string;
  close(): Promise<void>;
}

async function serve(example: Example, closers: Closers): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'contour-example-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const folder = join(directory, 'manifests');
  await cp(example.directory, folder, { recursive: true });
  for (const certificate of example.certificates) await writeSecret(folder, certificate);
  const closeBackends = await startBackends(example.ports);
  closers.add(async () => closeBackends());
  const ports = await choosePorts();
  const contour = startContour(['--manifests', folder], ports, example.flags);
  closers.add(() => contour.end('SIGTERM'));
  const entrance = await openEntrance(directory, ports, closers);
  await entrance.envoy().live();
  return { ...entrance, folder, close: closers.close };
}

const asked = ({ host, path, tls }: Request): WorldAsk => ({
  host,
  path,
  ...(tls && { tls: { sni: host } }),
});

/** `backend`, `backend gets PATH`, or a status. */
function told({ status, body }: Answer, expected: string): string {
  if (status !== 200) return String(status);
  const { backend, path } = JSON.parse(body.toString());
  return expected.includes(' gets ') ? `${backend} gets ${path}` : backend;
}

/** Asks until each of the alternatives was the answer; any other answer fails. */
async function answersAll({ ask }: Entrance, request: Request): Promise<void> {
  const { url, expected } = request;
  const unseen = new Set(expected.split(' or '));
  for (let asks = 0; unseen.size > 0; asks++) {
    const answer = told(await ask(asked(request)), expected);
    assert.ok(expected.split(' or ').includes(answer), `${url} was answered ${answer}, not ${expected}`);
    unseen.delete(answer);
    assert.ok(asks < 1_000, `${url} was never answered ${[...unseen]}`);
  }
}

describe('examples', () => {
  for (const name of exampleNames()) {
    test(name, async () => {
      const example = readExample(name);
      const served = await closedOnFailure((closers) => serve(example, closers));
      try {
        for (const request of example.requests) await answersAll(served, request);
      } finally {
        await served.close();
      }
    });
  }
});

test('blue-green: one edit moves all paths', async () => {
  const served = await closedOnFailure((closers) => serve(readExample('blue-green'), closers));
  try {
    const file = join(served.folder, 'shop.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('name: blue', 'name: green'));
    for (const path of ['/', '/cart']) {
      const expected = path === '/' ? 'web-green' : 'cart-green';
      await eventually(async () =>
        assert.equal(told(await served.ask({ host: 'shop.localhost', path }), expected), expected),
      );
    }
  } finally {
    await served.close();
  }
});
