// The image that holds a pod's namespaces: a program that waits, and a shell for tests that want a small image.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pauseImage } from './worker.ts';

const run = promisify(execFile);

const dockerfile = `
FROM scratch
COPY busybox /bin/busybox
COPY busybox /bin/sh
ENTRYPOINT ["/bin/busybox", "sleep", "infinity"]
`;

/** Returns the path of its archive. It is made of Debian's busybox-static. */
export async function makePauseImage(folder: string): Promise<string> {
  const context = join(folder, 'pause');
  const archive = join(folder, 'pause.tar');
  await mkdir(context, { recursive: true });
  await copyFile('/bin/busybox', join(context, 'busybox'));
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const storage = [`--root=${join(folder, 'images')}`, `--runroot=${join(folder, 'images-run')}`];
  const buildah = (...args: readonly string[]) =>
    run('buildah', [...storage, '--storage-driver=vfs', ...args]);
  await buildah('build', '--tag', pauseImage, context);
  await buildah('push', pauseImage, `docker-archive:${archive}:${pauseImage}`);
  return archive;
}
