// What a flag is. Flags are declared in tables (flags.ts): parsing, checking, help and the config file follow them.
import type { z } from 'zod';

export interface Flag<T> {
  /** What its value is, in help; undefined: a switch. */
  readonly placeholder: string | undefined;
  readonly about: string;
  /** Heading in help. */
  readonly group: string;
  /** Checks a value from the command line (text, true) or from the config file (any YAML). */
  readonly schema: z.ZodType<T>;
  /** Ends the sentence "give ..." when the check fails. */
  readonly expected: string;
  readonly fallback: T;
  /** The fallback in help, if there is something to say. */
  readonly shownFallback: string | undefined;
  /** May be given several times. */
  readonly repeatable: boolean;
  /** Other names, of older versions. */
  readonly synonyms: readonly string[];
}

/** Flags by name, without the dashes. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

export type Values<Table extends FlagTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer T> ? T : never;
};
