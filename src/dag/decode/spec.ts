// Reads what a schema of the API describes from untrusted JSON. What can't be read is noted and left out, never more
// than that: a mistake in one field keeps all others. Rules of values (patterns, ranges) are the graph's business.
import { z } from 'zod';
import { closest } from '../../runtime/closest.ts';
import type { Malformed, UnknownField } from '../objects.ts';
import { isJsonObject, type JsonObject, noteMalformed, own, wrongInteger, wrongText } from './fields.ts';

/** What was found out while reading a part of an object. */
export interface Notes {
  readonly malformed: Malformed[];
  readonly unknownFields: UnknownField[];
}

export const noNotes = (): Notes => ({ malformed: [], unknownFields: [] });

/** Where a value stands, and who is told about it. Its path is put together only when something is wrong there. */
export class Place {
  readonly notes: Notes;
  readonly #parent: Place | undefined;
  readonly #key: string | number;
  #nearest: { left: number };

  /** The same notes as the parent's unless there are others. */
  constructor(parent: Place | undefined, key: string | number, notes: Notes | undefined = parent?.notes) {
    this.#parent = parent;
    this.#key = key;
    this.notes = notes ?? noNotes();
    this.#nearest = parent === undefined ? { left: mostNearest } : parent.#nearest;
  }

  /** The known name that was meant by one that isn't; a search costs, so those of one object are bounded. */
  nearest(name: string, known: ReadonlySet<string>): string | undefined {
    if (this.#nearest.left === 0 || name.length > longestMistyped) return undefined;
    this.#nearest.left--;
    // Differences of case are none: they are what Go forgave.
    const same = [...known].find((one) => one.toLowerCase() === name.toLowerCase());
    return same ?? closest(name, known);
  }

  /** The same place for others to be told. */
  noting(notes: Notes): Place {
    const place = new Place(this.#parent, this.#key, notes);
    place.#nearest = this.#nearest;
    return place;
  }

  /** As in `spec.routes[2].services`. */
  get path(): string {
    const parent = this.#parent?.path ?? '';
    return typeof this.#key === 'number' ? `${parent}[${this.#key}]` : at(parent, this.#key);
  }

  note(message: string): undefined {
    noteMalformed(this.notes.malformed, { path: this.path, message });
    return undefined;
  }
}

/** Reads what stands under a key of the place. Undefined: it can't be read, as the notes tell. */
export type Reader<T> = (value: unknown, parent: Place, key: string | number) => T | undefined;

/** Unknown fields that are told of one part; one is worth a line, a thousand are a mistake of another kind. */
const mostUnknownFields = 20;
/** Of all parts of an object together. */
const mostNearest = 100;
const longestMistyped = 64;

/** Made once for each schema: what is read again and again is not looked up again. */
export const readerOf = <T>(schema: z.ZodType<T>): Reader<T> =>
  // The reader returns what the schema describes, since it is made from its description.
  reader(z.toJSONSchema(schema, { target: 'openapi-3.0' })) as Reader<T>;

type Description = z.core.JSONSchema.BaseSchema;

function reader(schema: Description): Reader<unknown> {
  switch (schema.type) {
    case 'string':
      return scalarReader(wrongText);
    case 'integer':
      return scalarReader(wrongInteger);
    case 'boolean':
      return scalarReader((value) => (typeof value === 'boolean' ? undefined : 'must be true or false'));
    case 'array':
      return listReader(schema);
    case 'object':
      return objectReader(schema);
    case undefined:
    case 'number':
    case 'null':
  }
  throw new TypeError(`no field of the API is of type ${schema.type}`);
}

function scalarReader(wrongOf: (value: unknown) => string | undefined): Reader<unknown> {
  return (value, parent, key) => {
    const wrong = wrongOf(value);
    return wrong === undefined ? value : new Place(parent, key).note(wrong);
  };
}

function listReader({ items, maxItems = 0 }: Description): Reader<unknown> {
  const readItem = reader(describing(items));
  return (value, parent, key) => {
    const place = new Place(parent, key);
    const read: unknown[] = [];
    for (const [index, item] of itemsOf(value, maxItems, place).entries()) {
      const one = readItem(item, place, index);
      if (one !== undefined) read.push(one);
    }
    return read;
  };
}

/** The list's items; what is no list, and what is beyond `most`, is noted and left out. */
export function itemsOf(value: unknown, most: number, place: Place): readonly unknown[] {
  if (!Array.isArray(value)) {
    place.note('must be a list');
    return [];
  }
  if (value.length <= most) return value;
  place.note(`has ${value.length} entries; at most ${most} are allowed`);
  return value.slice(0, most);
}

interface Field {
  readonly name: string;
  readonly read: Reader<unknown>;
  /** Undefined: the field is left out. */
  readonly whenAbsent: unknown;
}

function objectReader({ properties = {}, required = [] }: Description): Reader<unknown> {
  const fields = Object.entries(properties).map(([name, schema]): Field => {
    const described = describing(schema);
    const whenAbsent = required.includes(name) ? nothingOf(described) : undefined;
    return { name, read: reader(described), whenAbsent };
  });
  const known = new Set(fields.map(({ name }) => name));
  return (value, parent, key) => {
    const place = new Place(parent, key);
    if (!isJsonObject(value)) return place.note('must be an object');
    noteUnknown(value, known, place);
    return fieldsOf(value, fields, place);
  };
}

function fieldsOf(value: JsonObject, fields: readonly Field[], place: Place): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { name, read, whenAbsent } of fields) {
    const given = own(value, name);
    const present = given === undefined ? undefined : read(given, place, name);
    // An empty string means nothing in this API, as in Go.
    const found = present === undefined || present === '' ? whenAbsent : present;
    if (found !== undefined) object[name] = found;
  }
  return object;
}

export function noteUnknown(value: JsonObject, known: ReadonlySet<string>, place: Place): void {
  const { unknownFields } = place.notes;
  for (const name of Object.keys(value)) {
    if (known.has(name)) continue;
    if (unknownFields.length >= mostUnknownFields) return;
    unknownFields.push({ path: at(place.path, name), nearest: place.nearest(name, known) });
  }
}

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function nothingOf({ type }: Description): unknown {
  if (type === 'string') return '';
  if (type === 'integer') return 0;
  return type === 'boolean' ? false : [];
}

function describing(schema: unknown): Description {
  if (isJsonObject(schema)) return schema;
  throw new TypeError('a schema of the API has a field without a description');
}
