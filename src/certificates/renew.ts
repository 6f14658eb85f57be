// Keeps what is well and replaces what is not, also where another run does the same at the same time.
import type { Clock } from '../runtime/clock.ts';
import { pause } from '../runtime/pause.ts';
import { StartError } from '../runtime/start-error.ts';
import {
  type CredentialStore,
  type Found,
  fields,
  type Issued,
  parties,
  type Written,
} from './credentials.ts';
import { type IssueOptions, issue } from './issue.ts';
import { faultOf, lastDay } from './judge.ts';

export interface RenewOptions extends Pick<IssueOptions, 'days'> {
  readonly store: CredentialStore;
  /** DNS names for the server's certificate. */
  readonly names: readonly string[];
  /** Those without which a certificate that is there is replaced. */
  readonly neededNames: readonly string[];
  /** `always`: nothing that is there can stay. */
  readonly replace: 'always' | 'if-needed';
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

export interface Renewal {
  /** Why new ones were made; undefined: all that was there stays, and nothing was written. */
  readonly why: string | undefined;
  readonly written: readonly Written[];
  /** When the first certificate ends. */
  readonly until: Date;
}

/** Each means that another run was quicker. */
const mostTries = 8;
const longestPauseMs = 1_000;

/**
 * What was written is read again: of two runs at a time, one that finds a mixture of both makes everything anew, so
 * that the two sides always fit together when the last of them is done. Rejects with a StartError, or when aborted.
 */
export async function renew(options: RenewOptions): Promise<Renewal> {
  const { store, days, names, neededNames, replace, clock, random, signal } = options;
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (tries > 0) await pause(clock, random() * longestPauseMs, signal);
    signal.throwIfAborted();
    const now = clock.date();
    const found = await store.read();
    const fault = faultOf(found, { now, names: neededNames });
    if (fault === undefined && replace === 'if-needed')
      return { why: undefined, written: [], until: lastDay(found) };
    const issued = await issue({ now, days, names });
    const written = await store.write(issued);
    if (written !== undefined && isSame(issued, await store.read()))
      return { why: fault ?? 'as --overwrite asks', written, until: lastDay(issued) };
  }
  throw new StartError(
    `${store.places.join(' and ')}: somebody else keeps changing them; end the other run of certgen, then try again`,
  );
}

const isSame = (issued: Issued, found: Found): boolean =>
  parties.every((party) => fields.every((field) => issued[party][field] === found[party][field]));
