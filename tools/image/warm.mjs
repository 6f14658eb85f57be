// Fills V8's compile cache: runs the program as an image's user would, until it has come as far as a pod's start goes.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const deadlineMs = 120_000;
const pollMs = 100;

/**
 * `serve` goes first: Node stores a file's cache when it first ran it, with the functions that ran until then. The
 * cluster that it follows is a port where nobody listens; its own servers are on free ports of loopback.
 */
export async function warm(program, { uid, gid }) {
  const folder = await mkdtemp(join(tmpdir(), 'contour-warm-'));
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    const [nobody, http, xds, debug] = await freePorts(4);
    await writeFile(kubeconfig, unreachable(nobody), { mode: 0o644 });
    await run(['chmod', '755', folder], {}).ended;
    const ports = ['--http-port', http, '--xds-port', xds, '--debug-http-port', debug].map(String);
    const serve = run([program, 'serve', '--kubeconfig', kubeconfig, ...ports], { uid, gid });
    await Promise.race([answers(`http://127.0.0.1:${http}/healthz`), serve.ended]);
    serve.stop();
    await serve.ended;
    for (const args of [['version'], ['bootstrap', '-'], ['serve', '--help']])
      await run([program, ...args], { uid, gid }).ended;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A program that must end with code 0; what it says is shown only if it doesn't. */
function run([command, ...args], { uid, gid }) {
  const child = spawn(command, args, { uid, gid, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => output.push(bytes));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      reject(
        new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}:\n${Buffer.concat(output)}`),
      );
    });
  });
  return { ended, stop: () => child.kill('SIGTERM') };
}

async function answers(url) {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`${url} did not answer with 200 in ${deadlineMs / 1000} s`);
}

/** Ports of loopback that were free at the same moment. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const unreachable = (port) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'nobody',
    contexts: [{ name: 'nobody', context: { cluster: 'nobody', user: 'nobody' } }],
    clusters: [{ name: 'nobody', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'nobody', user: { token: 'nobody' } }],
  });
