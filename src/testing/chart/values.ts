// values.yaml as a table of Markdown: a key with a comment is a row, and the comment is its meaning.
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

export interface Value {
  /** Keys, joined by dots. */
  readonly path: string;
  readonly fallback: unknown;
  /** Empty: values.yaml says nothing about it. */
  readonly meaning: string;
}

/** In the file's order; a map with a comment is one value. */
export function valuesOf(text: string): readonly Value[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml is no map');
  return valuesIn(contents, '');
}

const valuesIn = (map: YAMLMap, prefix: string): readonly Value[] =>
  map.items.flatMap((pair, index) => {
    const key = isScalar(pair.key) ? pair.key : undefined;
    // The parser hangs what stands above a map's first key on the map.
    const comment = key?.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const path = `${prefix}${String(key?.value)}`;
    if (comment === undefined && isMap(pair.value) && pair.value.items.length > 0)
      return valuesIn(pair.value, `${path}.`);
    return [{ path, fallback: fallbackOf(pair), meaning: lastParagraph(comment ?? '') }];
  });

/** What stands above it is about the file. */
const lastParagraph = (comment: string): string =>
  (comment.split(/\n\s*\n/).at(-1) ?? '').replaceAll(/\s+/g, ' ').trim();

const fallbackOf = ({ value }: Pair): unknown =>
  isMap(value) || isScalar(value) ? value.toJSON() : JSON.parse(JSON.stringify(value));

/** One row for each value. */
export const valuesTable = (text: string): string =>
  [
    '| value | default | meaning |',
    '|---|---|---|',
    ...valuesOf(text).map(
      ({ path, fallback, meaning }) =>
        `| \`${path}\` | \`${JSON.stringify(fallback)}\` | ${meaning.replaceAll('|', '\\|')} |`,
    ),
  ].join('\n');
