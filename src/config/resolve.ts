// Flags from the command line and from the config file -> checked values, or every mistake at once.

import { closest } from '../runtime/closest.ts';
import { messageOf } from '../runtime/errors.ts';
import { parseConfigFile } from './config-file.ts';
import type { Flag, FlagTable, Values } from './flag.ts';
import { deepFreeze } from './freeze.ts';

export type Resolved<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** What the user gave. */
export interface Given {
  /** By name without dashes: text, true for a switch, or a list of text. What was not given is absent. */
  readonly flags: ReadonlyMap<string, unknown>;
  /** Reads the file of --config-path; throws if it cannot. */
  readonly readConfigFile: (path: string) => string;
}

interface Origin {
  readonly name: string;
  readonly value: unknown;
  /** How the user wrote it, for mistakes. */
  readonly written: string;
}

/** What was made of the flags so far; a flag with a mistake has its fallback, so that the rest can be checked too. */
export interface Checked<Table extends FlagTable> {
  readonly values: Values<Table>;
  readonly mistakes: string[];
}

/** Checks every flag of `table`. What several flags mean together is for the caller to check. */
export function resolveFlags<Table extends FlagTable>(
  table: Table,
  given: Given,
  notBuilt: ReadonlyMap<string, { readonly remedy: string }> = new Map(),
): Checked<Table> {
  const mistakes: string[] = [];
  const known = [...Object.keys(table), ...Object.values(table).flatMap((flag) => flag.synonyms)];
  const file = fileOrigins(given, mistakes);
  const line = [...given.flags].map(([name, value]) => ({ name, value, written: `--${name}` }));
  for (const { name, written } of [...file, ...line]) {
    const missing = notBuilt.get(name);
    if (missing !== undefined) mistakes.push(`${written} is not built yet; ${missing.remedy}`);
    else if (!known.includes(name)) {
      const near = closest(name, known);
      mistakes.push(`${written} is not known${near === undefined ? '' : `; did you mean ${near}?`}`);
    }
  }
  const values = new Map<string, unknown>();
  for (const [name, flag] of Object.entries(table))
    values.set(name, readFlag(name, flag, [line, file], mistakes));
  return { values: Object.fromEntries(values) as Values<Table>, mistakes };
}

/** The end of every resolving: the frozen value, or all mistakes. */
export const resolved = <T>(value: T, mistakes: readonly string[]): Resolved<T> =>
  mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: deepFreeze(value) };

function fileOrigins(given: Given, mistakes: string[]): Origin[] {
  const path = given.flags.get('config-path');
  if (typeof path !== 'string') return [];
  let text: string;
  try {
    text = given.readConfigFile(path);
  } catch (error) {
    mistakes.push(`--config-path: ${messageOf(error)}`);
    return [];
  }
  const file = parseConfigFile(text, path);
  if (!file.ok) {
    mistakes.push(...file.mistakes);
    return [];
  }
  if (file.given.has('config-path'))
    mistakes.push(`${path}: a config file cannot name another with config-path`);
  return [...file.given]
    .filter(([name]) => name !== 'config-path')
    .map(([name, value]) => ({ name, value, written: `${path}: ${name}` }));
}

/** The value of the first of `sources` that gives the flag, by its name or a synonym. */
function readFlag(
  name: string,
  flag: Flag<unknown>,
  sources: readonly (readonly Origin[])[],
  mistakes: string[],
): unknown {
  const names = [name, ...flag.synonyms];
  for (const source of sources) {
    const [origin, ...others] = source.filter((candidate) => names.includes(candidate.name));
    if (origin === undefined) continue;
    const other = others.find(({ value }) => String(value) !== String(origin.value));
    if (other !== undefined)
      mistakes.push(`${origin.written} and ${other.written} are the same and differ; give one of them`);
    const parsed = flag.schema.safeParse(origin.value);
    if (parsed.success) return parsed.data;
    mistakes.push(`${origin.written}: ${shown(origin.value)} is wrong; give ${flag.expected}`);
    return flag.fallback;
  }
  return flag.fallback;
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 100) ?? 'nothing';
