// One set-up at a time on one thing, across processes. The holder's file says who holds it and is touched while it lives.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

const touchMs = 2_000;
const staleMs = 30_000;
const retryMs = 250;

/** Runs `work` while no other process runs one under the same path. `waiting` hears once if another one does. */
export async function withLock(path, work, waiting = () => {}) {
  await mkdir(dirname(path), { recursive: true });
  for (let told = false; !(await take(path)); ) {
    if (!told) waiting();
    told = true;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  const touch = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), touchMs);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    process.off('exit', release);
    release();
  }
}

async function take(path) {
  try {
    await writeFile(path, JSON.stringify({ host: hostname(), process: process.pid }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!(await isAbandoned(path))) return false;
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => {});
  await rm(aside, { force: true });
  return false;
}

async function isAbandoned(path) {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > staleMs) return true;
    const holder = JSON.parse(await readFile(path, 'utf8'));
    return holder.host === hostname() && !isAlive(holder.process);
  } catch {
    return false; // Gone or being written: the next try sees more.
  }
}

function isAlive(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
