// A parsed YAML document as plain JSON, within bounds: depth, and how much aliases and merge keys may copy.
// The library's own conversion has no bound on merge keys and looks for duplicate keys in quadratic time.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** Objects of Kubernetes are at most a dozen levels deep. */
const maxDepth = 100;

/** Nodes that aliases and merge keys may copy in one document, and in all documents of a text. */
const maxCopied = 10_000;
const maxCopiedOfText = 100_000;

/** What the documents of one text have copied so far. */
export interface Copies {
  count: number;
}

/** A document that is no JSON within the bounds, and the offset in the text where that shows. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface Conversion {
  /** The newest node of each anchor that was passed so far. */
  readonly anchors: Map<string, Node>;
  /** Alias targets that are being copied: one inside itself would never end. */
  readonly copying: Set<Node>;
  copied: number;
  readonly copies: Copies;
}

/**
 * Throws NotJson for a duplicate key, a key that is no scalar, nesting or copying beyond the bounds. `copies` is
 * shared by the documents of a text.
 */
export function toJson(document: Document, copies: Copies = { count: 0 }): unknown {
  const conversion: Conversion = { anchors: new Map(), copying: new Set(), copied: 0, copies };
  return convert(conversion, document.contents, 0);
}

const offsetOf = (node: unknown): number =>
  (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined) ?? 0;

function convert(conversion: Conversion, node: unknown, depth: number): unknown {
  if (depth > maxDepth) throw new NotJson(`nested more than ${maxDepth} levels deep`, offsetOf(node));
  if (conversion.copying.size > 0) countCopy(conversion, node);
  if (isAlias(node))
    return copy(conversion, node.source, offsetOf(node), (target) => convert(conversion, target, depth + 1));
  if (isScalar(node) || isMap(node) || isSeq(node)) {
    if (node.anchor !== undefined) conversion.anchors.set(node.anchor, node);
  }
  if (isMap(node)) return convertMap(conversion, node.items, depth);
  if (isSeq(node)) return node.items.map((item) => convert(conversion, item, depth + 1));
  if (!isScalar(node)) return null;
  if (typeof node.value === 'bigint') return Number(node.value);
  return node.value ?? null;
}

function countCopy(conversion: Conversion, node: unknown): void {
  if (++conversion.copied > maxCopied)
    throw new NotJson(`aliases make this document grow beyond ${maxCopied} copied nodes`, offsetOf(node));
  if (++conversion.copies.count > maxCopiedOfText)
    throw new NotJson(`aliases make this file grow beyond ${maxCopiedOfText} copied nodes`, offsetOf(node));
}

function copy<T>(conversion: Conversion, anchor: string, offset: number, use: (target: Node) => T): T {
  const target = conversion.anchors.get(anchor);
  if (target === undefined) throw new NotJson(`alias *${anchor} has no anchor &${anchor} before it`, offset);
  if (conversion.copying.has(target))
    throw new NotJson(`alias *${anchor} stands inside its own anchor`, offset);
  conversion.copying.add(target);
  const result = use(target);
  conversion.copying.delete(target);
  return result;
}

function convertMap(conversion: Conversion, pairs: readonly Pair[], depth: number): object {
  const entries = new Map<string, unknown>();
  const merged = new Map<string, unknown>();
  for (const { key, value } of pairs) {
    if (!isScalar(key)) throw new NotJson('a key must be a plain value', offsetOf(key));
    const name = String(key.value ?? '');
    if (name === '<<' && key.type === 'PLAIN') {
      for (const [inherited, of] of mergeSource(conversion, value, depth + 1))
        if (!merged.has(inherited)) merged.set(inherited, of);
      continue;
    }
    if (entries.has(name)) throw new NotJson(`key "${name.slice(0, 80)}" is given twice`, offsetOf(key));
    entries.set(name, convert(conversion, value, depth + 1));
  }
  for (const [name, value] of merged) if (!entries.has(name)) entries.set(name, value);
  // fromEntries defines own properties, so a key such as __proto__ is data like any other.
  return Object.fromEntries(entries);
}

/** The entries that `<<: value` adds: of one map or of several, the first of which wins. */
function mergeSource(conversion: Conversion, value: unknown, depth: number): [string, unknown][] {
  const sources = isSeq(value) ? value.items : [value];
  return sources.flatMap((source) => {
    const converted = convert(conversion, source, depth);
    if (typeof converted !== 'object' || converted === null || Array.isArray(converted))
      throw new NotJson('<< needs a map, or a list of maps', offsetOf(source));
    return Object.entries(converted);
  });
}
