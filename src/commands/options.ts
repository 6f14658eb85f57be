// Tables of flags -> commander's options, and what the user gave of them.
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Flag, FlagTable } from '../config/flag.ts';
import type { Given } from '../config/resolve.ts';

const shortNames: ReadonlyMap<string, string> = new Map([
  ['output', '-o, '],
  ['namespace', '-n, '],
]);

/** Adds every flag of a table, grouped in help; synonyms are accepted and not shown. */
export function addFlags(command: Command, table: FlagTable): void {
  for (const [name, flag] of Object.entries(table)) {
    command.addOption(optionOf(name, flag).helpGroup(`${flag.group}:`));
    for (const synonym of flag.synonyms) command.addOption(optionOf(synonym, flag).hideHelp());
  }
}

/** Adds flags that only lead to a mistake, so that it is ours and not "unknown option". */
export function addRefused(command: Command, flags: ReadonlyMap<string, { readonly value: boolean }>): void {
  for (const [name, { value }] of flags)
    command.addOption(new Option(value ? `--${name} <VALUE>` : `--${name}`).hideHelp());
}

function optionOf(name: string, flag: Flag<unknown>): Option {
  const value = flag.placeholder === undefined ? '' : ` <${flag.placeholder}>`;
  const notes = [
    flag.shownFallback === undefined ? '' : ` (default: ${flag.shownFallback})`,
    flag.synonyms.length === 0 ? '' : ` (also --${flag.synonyms.join(', --')})`,
  ];
  const option = new Option(`${shortNames.get(name) ?? ''}--${name}${value}`, flag.about + notes.join(''));
  if (flag.repeatable)
    option.argParser<string[]>((next, before) => (Array.isArray(before) ? [...before, next] : [next]));
  return option;
}

/** What stands on the command line, by the flag's name. */
export function givenOf(command: Command): Given {
  const flags = new Map<string, unknown>();
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value !== undefined && option.long !== undefined) flags.set(option.long.replace(/^--/, ''), value);
  }
  return { flags, readConfigFile: (path) => readFileSync(path, 'utf8') };
}
