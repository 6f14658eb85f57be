// `contour bootstrap`: the file that an Envoy is started with.
import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { BootstrapConfig } from '../config/bootstrap.ts';
import { bootstrapJson } from '../envoy/bootstrap.ts';
import { messageOf } from '../runtime/errors.ts';
import { type CommandIo, type ExitCode, exitCodes } from './io.ts';

/** Writes the bootstrap to `file`, or to stdout for `-`: all of it or nothing. */
export function bootstrapCommand(config: BootstrapConfig, file: string, io: CommandIo): ExitCode {
  for (const notice of config.notices) io.stderr(`${notice}\n`);
  const text = bootstrapJson(config.settings);
  if (file === '-') {
    io.stdout(text);
    return exitCodes.done;
  }
  try {
    writeWhole(file, text);
    return exitCodes.done;
  } catch (error) {
    io.stderr(`${file} cannot be written: ${messageOf(error)}\n`);
    return exitCodes.failed;
  }
}

/** Another process never reads half a file. What is there and no regular file (a pipe, a device) is written to. */
function writeWhole(file: string, text: string): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    writeFileSync(file, text);
    return;
  }
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    // The umask of whoever starts us must not hide it from Envoy's user; there are no secrets in it.
    chmodSync(temporary, 0o644);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
