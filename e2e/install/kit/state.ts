// The cluster that the scenarios find, as `npm run e2e` describes it.
import { readFileSync } from 'node:fs';

export interface State {
  /** `local` or `kind`. */
  readonly provider: string;
  readonly kubeconfig: string;
  /** Paths of the programs. */
  readonly kubectl: string;
  readonly helm: string;
  /** Where the node's host ports are reached. */
  readonly nodeAddress: string;
  readonly images: Readonly<Record<'contour' | 'envoy' | 'kuard', string>>;
  /** Of this run; removed at its end. */
  readonly folder: string;
}

/** A scenario without a cluster fails, it never skips. */
export function readState(): State {
  const path = process.env.CONTOUR_E2E ?? '';
  if (path === '') throw new Error('CONTOUR_E2E names no file: run `npm run e2e`, which starts a cluster');
  return JSON.parse(readFileSync(path, 'utf8')) as State;
}
