// The one place that interprets what the file system throws.
import { messageOf } from '../../runtime/errors.ts';

/** The code of a Node.js system error, such as ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOENT', 'no such file or directory'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of the path is no directory'],
  ['ENOSPC', 'no space left on the device'],
  ['EMFILE', 'too many open files'],
]);

/** What went wrong, in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined) return reasons.get(code) ?? code;
  return messageOf(error);
}
