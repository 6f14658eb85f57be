// Every example of docs/ingressroute.md, served by `contour serve` and a real Envoy: requests give what its folder says.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Example, exampleNames, readExample } from '../examples/ingressroute/example.ts';
import { prepare } from '../examples/ingressroute/prepare.ts';
import { type Closers, closedOnFailure } from './kit/closers.ts';
import { choosePorts, type Ports, startContour } from './kit/contour.ts';
import { openEntrance } from './kit/entrance.ts';
import { check } from './kit/example-requests.ts';

interface Served {
  /** A copy of the example's. */
  readonly folder: string;
  readonly ports: Ports;
  close(): Promise<void>;
}

async function serve(example: Example, closers: Closers): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'contour-example-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const folder = join(directory, 'manifests');
  await cp(example.directory, folder, { recursive: true });
  const closeBackends = await prepare(example, folder);
  closers.add(async () => closeBackends());
  const ports = await choosePorts();
  const contour = startContour(['--manifests', folder], ports, example.flags);
  closers.add(() => contour.end('SIGTERM'));
  const entrance = await openEntrance(directory, ports, closers);
  await entrance.envoy().live();
  return { folder, ports, close: closers.close };
}

describe('examples', () => {
  for (const name of exampleNames()) {
    test(name, async () => {
      const example = readExample(name);
      const served = await closedOnFailure((closers) => serve(example, closers));
      try {
        for (const request of example.requests) await check(request, served.ports);
      } finally {
        await served.close();
      }
    });
  }
});

test('blue-green: one edit moves all paths', async () => {
  const example = readExample('blue-green');
  const served = await closedOnFailure((closers) => serve(example, closers));
  try {
    const file = join(served.folder, 'shop.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('name: blue', 'name: green'));
    for (const request of example.requests) {
      const expected = `soon ${request.expected.replace('blue', 'green')}`;
      await check({ ...request, expected }, served.ports);
    }
  } finally {
    await served.close();
  }
});
