// Blocks of a page that come from elsewhere: after a line `<!-- from SOURCE -->` stands what SOURCE holds, as a fence or
// up to the next empty line. The test compares it, the update writes it.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** What a source other than a file yields, as Markdown. */
export type Tables = Readonly<Record<string, () => string>>;

const block = /^(<!-- from (\S+) -->\n)(?:```[^\n]*\n[\s\S]*?\n```\n|(?:[^\n]+\n)*)/gm;

/** The page with every block as its source is now. Files are named from `root` and come in a fence. */
export const withSources = (page: string, root: string, tables: Tables): string =>
  page.replaceAll(block, (_, head: string, source: string) => `${head}${contentOf(source, root, tables)}\n`);

/** Names of the sources of a page. */
export const sourcesOf = (page: string): readonly string[] =>
  [...page.matchAll(/^<!-- from (\S+) -->$/gm)].map(([, source = '']) => source);

function contentOf(source: string, root: string, tables: Tables): string {
  const table = tables[source];
  if (table !== undefined) return table().trimEnd();
  const language = extname(source) === '.yaml' ? 'yaml' : 'text';
  return `\`\`\`${language}\n${readFileSync(join(root, source), 'utf8').trimEnd()}\n\`\`\``;
}
