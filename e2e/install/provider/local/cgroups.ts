// Control groups are the one thing that doesn't end with the node's processes.
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../../src/testing/deadline.ts';

const mounted = '/sys/fs/cgroup';

/** Makes the group in every hierarchy. In the one of processors it may use what its parent may. */
export async function addCgroups(group: string): Promise<void> {
  for (const name of await folders(mounted)) {
    const path = join(mounted, name, group);
    await mkdir(path, { recursive: true });
    for (const limit of name === 'cpuset' ? ['cpuset.cpus', 'cpuset.mems'] : [])
      await writeFile(join(path, limit), await readFile(join(mounted, name, limit)));
  }
}

/** Removes the group and all below, in every hierarchy. Its processes have been ended, and go in a moment. */
export async function removeCgroups(group: string): Promise<void> {
  for (const name of await folders(mounted)) await eventually(() => remove(join(mounted, name, group)));
}

async function remove(path: string): Promise<void> {
  for (const name of await folders(path)) await remove(join(path, name));
  await rmdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function folders(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
