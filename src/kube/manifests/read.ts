// Text of a manifest file -> its objects, or what is wrong with it. Pure; the one reader of `serve` and `translate`.
import { Composer, type Document, LineCounter, Parser } from 'yaml';
import { type Copies, NotJson, toJson } from './json.ts';
import { defaultNamespace, type ManifestObject, objectsIn } from './objects.ts';
import { type ManifestProblem, problemAt } from './problem.ts';

export interface Manifests {
  /** Empty if any problem is an error: a file is taken as a whole or not at all. */
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly ManifestProblem[];
}

/** Most errors, and most warnings, that are told of one file. */
const maxProblems = 10;

/**
 * Reads YAML or JSON with any number of documents, `List`s included. Never throws: whatever the text holds, each
 * mistake is a problem with its position. Kinds are not looked at. Takes linear time and bounded memory. `namespace`
 * is that of objects that say none.
 */
export function readManifests(text: string, file: string, namespace = defaultNamespace): Manifests {
  const reading = new Reading(text, { file, namespace });
  try {
    reading.run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reading.fail('nested too deeply to be read', undefined);
  }
  return reading.result();
}

class Reading {
  readonly #text: string;
  readonly #file: string;
  readonly #namespace: string;
  readonly #counter = new LineCounter();
  readonly #objects = new Map<string, ManifestObject>();
  readonly #problems: ManifestProblem[] = [];
  readonly #found = { error: 0, warning: 0 };
  readonly #copies: Copies = { count: 0 };
  #lines: readonly string[] | undefined;

  constructor(text: string, { file, namespace }: { readonly file: string; readonly namespace: string }) {
    this.#text = text;
    this.#file = file;
    this.#namespace = namespace;
  }

  run(): void {
    const parser = new Parser(this.#counter.addNewLine);
    const composer = new Composer({
      merge: true,
      prettyErrors: false,
      resolveKnownTags: false,
      stringKeys: true,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    for (const document of composer.compose(parser.parse(this.#text), true, this.#text.length)) {
      this.#document(document);
      if (this.#found.error >= maxProblems) return;
    }
  }

  fail(message: string, offset: number | undefined, severity: ManifestProblem['severity'] = 'error'): void {
    if (++this.#found[severity] > maxProblems) return;
    this.#lines ??= this.#text.split(/\r?\n/);
    const position = offset === undefined ? undefined : this.#positionOf(offset);
    this.#problems.push(problemAt(this.#file, this.#lines, position, message, severity));
  }

  result(): Manifests {
    const objects = this.#found.error > 0 ? [] : [...this.#objects.values()];
    return { objects, problems: this.#problems };
  }

  #positionOf(offset: number) {
    const { line, col } = this.#counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #document(document: Document): void {
    const [error] = document.errors;
    // What comes after it in a document mostly follows from it.
    if (error !== undefined) this.fail(worded(error.message), error.pos[0]);
    if (error !== undefined || document.contents === null) return;
    const start = document.contents.range?.[0] ?? 0;
    try {
      this.#take(toJson(document, this.#copies), start);
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      this.fail(error.message, error.offset);
    }
  }

  #take(value: unknown, start: number): void {
    if (value === null) return;
    const { line } = this.#positionOf(start);
    const { objects, misfits } = objectsIn(value, { line, namespace: this.#namespace });
    for (const { path, message } of misfits) this.fail(path === '' ? message : `${path}: ${message}`, start);
    for (const object of objects) {
      const first = this.#objects.get(object.id);
      if (first === undefined) this.#objects.set(object.id, object);
      else
        this.fail(
          `${object.title} is in this file twice; the one of line ${first.line} is used`,
          start,
          'warning',
        );
    }
  }
}

/** The library reports an overflow of its stack as a syntax error. */
const worded = (message: string): string =>
  message.includes('call stack') ? 'nested too deeply to be read' : message;
