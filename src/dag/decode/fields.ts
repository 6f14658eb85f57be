// Reads fields of untrusted JSON: what has the wrong type becomes a note with its path, never an exception.
import { longestText } from '../api/kinds.ts';
import type { Malformed } from '../objects.ts';

export { longestText };

const largestInteger = 2 ** 31 - 1;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own property; null is absent, as in Kubernetes. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

/** Notes of one part of an object: nobody reads more, and an object has room for a million. */
const mostMalformed = 100;

export function noteMalformed(notes: Malformed[], note: Malformed): void {
  if (notes.length < mostMalformed) notes.push(note);
}

/** A JSON object with its path and the list that takes what could not be read. */
export class Fields {
  readonly path: string;
  readonly malformed: Malformed[];
  readonly #object: JsonObject;

  constructor(object: JsonObject, path: string, malformed: Malformed[]) {
    this.#object = object;
    this.path = path;
    this.malformed = malformed;
  }

  /** The same fields; notes go to another list. */
  notingIn(malformed: Malformed[]): Fields {
    return new Fields(this.#object, this.path, malformed);
  }

  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  /** Whether the field is there with any value but null. */
  has(key: string): boolean {
    return own(this.#object, key) !== undefined;
  }

  note(key: string, message: string): undefined {
    noteMalformed(this.malformed, { path: this.at(key), message });
    return undefined;
  }

  /** Undefined if absent or not a string of well-formed Unicode within the limit. */
  text(key: string): string | undefined {
    const value = own(this.#object, key);
    if (value === undefined) return undefined;
    const wrong = wrongText(value);
    return typeof value === 'string' && wrong === undefined ? value : this.note(key, wrong ?? '');
  }

  /** Undefined if absent or not an integer of 32 bits. */
  integer(key: string): number | undefined {
    const value = own(this.#object, key);
    if (value === undefined) return undefined;
    const wrong = wrongInteger(value);
    return typeof value === 'number' && wrong === undefined ? value : this.note(key, wrong ?? '');
  }

  /** False if absent or not a boolean. */
  flag(key: string): boolean {
    const value = own(this.#object, key);
    if (value === undefined || typeof value === 'boolean') return value ?? false;
    this.note(key, 'must be true or false');
    return false;
  }

  /** Undefined if absent or not an object. */
  object(key: string): Fields | undefined {
    const value = own(this.#object, key);
    if (value === undefined) return undefined;
    return isJsonObject(value)
      ? new Fields(value, this.at(key), this.malformed)
      : this.note(key, 'must be an object');
  }

  /** The list's objects; what isn't one, and what is beyond `limit`, is noted and left out. */
  objects(key: string, limit: number): readonly Fields[] {
    return this.#list(key, limit).flatMap((value, index) => {
      const path = `${key}[${index}]`;
      if (isJsonObject(value)) return [new Fields(value, this.at(path), this.malformed)];
      this.note(path, 'must be an object');
      return [];
    });
  }

  /** The list's strings; what isn't one, and what is beyond `limit`, is noted and left out. */
  texts(key: string, limit: number): readonly string[] {
    return this.#list(key, limit).flatMap((value, index) => {
      const wrong = wrongText(value);
      if (wrong === undefined && typeof value === 'string') return [value];
      this.note(`${key}[${index}]`, wrong ?? '');
      return [];
    });
  }

  #list(key: string, limit: number): readonly unknown[] {
    const value = own(this.#object, key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.note(key, 'must be a list');
      return [];
    }
    if (value.length <= limit) return value;
    this.note(key, `has ${value.length} entries; at most ${limit} are allowed`);
    return value.slice(0, limit);
  }
}

/** Undefined: it is an integer of 32 bits. */
export function wrongInteger(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value))
    return typeof value === 'string' && /^\d+$/.test(value)
      ? 'must be an integer; write it without quotes'
      : 'must be an integer';
  return Math.abs(value) <= largestInteger ? undefined : 'is out of range';
}

/** Undefined: it is a string of well-formed Unicode within the limit. */
export function wrongText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return 'must be a string; write it in quotes';
  if (typeof value !== 'string') return 'must be a string';
  if (value.length > longestText) return `is longer than ${longestText} characters`;
  return value.isWellFormed() ? undefined : 'must be well-formed Unicode';
}
