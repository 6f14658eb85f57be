// Where the access log goes: a file that can be moved away, Envoy's standard output, or nowhere.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBackend } from '../../src/testing/backends.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { type Closers, closedOnFailure } from '../kit/closers.ts';
import { bootstrapFile, choosePorts, startContour } from '../kit/contour.ts';
import { envoyPath } from '../kit/envoy-path.ts';
import { documents, root, service } from '../kit/manifests.ts';

interface Logged {
  readonly directory: string;
  /** What Envoy wrote to its standard output so far. */
  stdout(): string;
  /** A request with this path; resolves when it is answered. */
  send(path: string): Promise<void>;
  reopen(): void;
  close(): Promise<void>;
}

/** An Envoy that writes its log soon, and whose standard output is kept. `flags`: of contour, by the directory. */
const startLogged = (flags: (directory: string) => readonly string[]): Promise<Logged> =>
  closedOnFailure((closers) => build(flags, closers));

async function build(flags: (directory: string) => readonly string[], closers: Closers): Promise<Logged> {
  const directory = await mkdtemp(join(tmpdir(), 'log-files-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const [backend, ports] = await Promise.all([startBackend('one'), choosePorts()]);
  closers.add(backend.close);
  const manifests = join(directory, 'objects.yaml');
  await writeFile(manifests, documents(...service('one', backend.port), root('a', 'a.com', { '/': 'one' })));
  const contour = startContour(['--manifests', manifests], ports, flags(directory));
  closers.add(() => contour.end('SIGTERM'));
  await bootstrapFile(directory, ports, join(directory, 'admin.sock'));
  const config = ['-c', join(directory, 'bootstrap.json'), '--use-dynamic-base-id', '--concurrency', '1'];
  const envoy = spawn(envoyPath(), [...config, '--file-flush-interval-msec', '50'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(envoy, 'exit');
  closers.add(async () => {
    envoy.kill('SIGTERM');
    await ended;
  });
  let stdout = '';
  envoy.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const send = async (path: string) =>
    assert.equal((await ask({ port: ports.http, host: 'a.com', path })).status, 200);
  await eventually(() => send('/start'));
  return {
    ...{ directory, send, close: closers.close },
    stdout: () => stdout,
    reopen: () => void envoy.kill('SIGUSR1'),
  };
}

/** Paths of the requests that a log tells of. */
const pathsIn = (log: string): readonly string[] =>
  [...log.matchAll(/"GET (\S+) /g)].flatMap(([, path = '']) => (path === '/start' ? [] : [path]));

test('without a flag it goes to standard output', async () => {
  const logged = await startLogged(() => []);
  try {
    await logged.send('/a');
    await eventually(() => assert.deepEqual(pathsIn(logged.stdout()), ['/a']));
  } finally {
    await logged.close();
  }
});

test('a file that is moved away goes on, and begins anew after SIGUSR1', async () => {
  const logged = await startLogged((directory) => [`--envoy-http-access-log=${join(directory, 'log')}`]);
  const paths = async (file: string) => pathsIn(await readFile(join(logged.directory, file), 'utf8'));
  try {
    await logged.send('/a');
    await eventually(async () => assert.deepEqual(await paths('log'), ['/a']));
    await rename(join(logged.directory, 'log'), join(logged.directory, 'old'));
    await logged.send('/b');
    await eventually(async () => assert.deepEqual(await paths('old'), ['/a', '/b']));
    logged.reopen();
    // Which file a request's line is in is certain once the new one is there.
    await eventually(async () => {
      await logged.send('/c');
      assert.ok((await paths('log')).includes('/c'));
    });
    assert.equal(logged.stdout(), '');
  } finally {
    await logged.close();
  }
});

test('an empty path means none', async () => {
  const logged = await startLogged(() => ['--envoy-http-access-log=', '--envoy-https-access-log=']);
  try {
    await logged.send('/a');
  } finally {
    await logged.close(); // At its end Envoy writes what it has.
  }
  assert.equal(logged.stdout(), '');
});
