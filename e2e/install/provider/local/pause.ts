// The image that holds a pod's namespaces: a program that waits, and a shell for tests that want a small image.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Machine } from './namespaces.ts';
import { pauseImage } from './worker.ts';

const run = promisify(execFile);

const dockerfile = `
FROM scratch
COPY busybox /bin/busybox
COPY busybox /bin/sh
ENTRYPOINT ["/bin/busybox", "sleep", "infinity"]
`;

/** Returns the path of its archive. It is made of Debian's busybox-static, on the machine, so that it ends with it. */
export async function makePauseImage(machine: Machine, folder: string): Promise<string> {
  const context = join(folder, 'pause');
  const archive = join(folder, 'pause.tar');
  await mkdir(context, { recursive: true });
  await copyFile('/bin/busybox', join(context, 'busybox'));
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const storage = [`--root=${join(folder, 'images')}`, `--runroot=${join(folder, 'images-run')}`];
  const buildah = async (...args: readonly string[]) => {
    const [command = '', ...rest] = machine.inside(['buildah', ...storage, '--storage-driver=vfs', ...args]);
    await run(command, rest);
  };
  await buildah('build', '--tag', pauseImage, context);
  await buildah('push', pauseImage, `docker-archive:${archive}:${pauseImage}`);
  return archive;
}
