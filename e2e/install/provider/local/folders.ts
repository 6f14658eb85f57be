// Where a node writes: a folder of its own, also in the places that its programs don't let anyone choose.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Machine } from './namespaces.ts';

const run = promisify(execFile);
const prefix = 'contour-node-';

/** The network plugins' and kubelet's registers, containers' logs, shims' sockets, names of network namespaces. */
const hidden = ['/run', '/var/lib', '/var/log'];

/** For the one node of this host: folders of earlier ones are what a run left that was killed, and go. */
export async function makeFolder(parent = tmpdir()): Promise<string> {
  const left = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
  return await mkdtemp(join(parent, prefix));
}

/** From here on the machine sees empty folders there, and the host none of what it writes. */
export async function hideHostFolders(machine: Machine, folder: string): Promise<void> {
  for (const path of hidden) {
    const own = join(folder, 'hidden', basename(path));
    await mkdir(own, { recursive: true });
    const [command = '', ...args] = machine.inside(['mount', '--bind', own, path]);
    await run(command, args);
  }
}
