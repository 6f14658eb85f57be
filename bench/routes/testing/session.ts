// A session of a test: silent, and without programs.
import type { Session } from '../session.ts';

export function quietSession(signal: AbortSignal = new AbortController().signal): Session {
  return { signal, directory: '/nonexistent', fail: () => {}, say: () => {} };
}
