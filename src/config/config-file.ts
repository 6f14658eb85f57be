// The file of --config-path: YAML with the names of flags as keys.
import { parseDocument } from 'yaml';
import { z } from 'zod';

export type ConfigFile =
  | { readonly ok: true; readonly given: ReadonlyMap<string, unknown> }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const record = z.record(z.string(), z.unknown());

/** Keys are not looked at here. */
export function parseConfigFile(text: string, path: string): ConfigFile {
  const document = parseDocument(text, { prettyErrors: true, stringKeys: true, logLevel: 'silent' });
  if (document.errors.length > 0)
    return { ok: false, mistakes: document.errors.map(({ message }) => `${path}: ${message.trimEnd()}`) };
  const content = record.safeParse(document.toJS({ maxAliasCount: 10 }) ?? {});
  if (content.success) return { ok: true, given: new Map(Object.entries(content.data)) };
  return { ok: false, mistakes: [`${path}: the file must be a map, such as "xds-port: 8001"`] };
}
