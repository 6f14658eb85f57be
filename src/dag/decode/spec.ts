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

/** Where a value stands, and who is told about it. */
export interface Place {
  readonly path: string;
  readonly notes: Notes;
}

/** Undefined: it can't be read, as the notes tell. */
export type Reader<T> = (value: unknown, place: Place) => T | undefined;

/** Unknown fields that are told of one part; one is worth a line, a thousand are a mistake of another kind. */
const mostUnknownFields = 20;

/** Made once for each schema: what is read again and again is not looked up again. */
export const readerOf = <T>(schema: z.ZodType<T>): Reader<T> =>
  // The reader returns what the schema describes, since it is made from its description.
  reader(z.toJSONSchema(schema, { target: 'openapi-3.0' })) as Reader<T>;

type Description = z.core.JSONSchema.BaseSchema;

function reader(schema: Description): Reader<unknown> {
  switch (schema.type) {
    case 'string':
      return (value, place) => checked(value, wrongText(value), place);
    case 'integer':
      return (value, place) => checked(value, wrongInteger(value), place);
    case 'boolean':
      return (value, place) =>
        checked(value, typeof value === 'boolean' ? undefined : 'must be true or false', place);
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

function checked(value: unknown, wrong: string | undefined, { path, notes }: Place): unknown {
  if (wrong === undefined) return value;
  noteMalformed(notes.malformed, { path, message: wrong });
  return undefined;
}

function listReader({ items, maxItems = 0 }: Description): Reader<unknown> {
  const readItem = reader(describing(items));
  return (value, place) =>
    itemsOf(value, maxItems, place).flatMap((item, index) => {
      const read = readItem(item, { ...place, path: `${place.path}[${index}]` });
      return read === undefined ? [] : [read];
    });
}

/** The list's items; what is no list, and what is beyond `most`, is noted and left out. */
export function itemsOf(value: unknown, most: number, { path, notes }: Place): readonly unknown[] {
  if (!Array.isArray(value)) {
    noteMalformed(notes.malformed, { path, message: 'must be a list' });
    return [];
  }
  if (value.length <= most) return value;
  const message = `has ${value.length} entries; at most ${most} are allowed`;
  noteMalformed(notes.malformed, { path, message });
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
  return (value, place) => {
    if (!isJsonObject(value)) return checked(value, 'must be an object', place);
    noteUnknown(value, known, place);
    return fieldsOf(value, fields, place);
  };
}

function fieldsOf(value: JsonObject, fields: readonly Field[], place: Place): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { name, read, whenAbsent } of fields) {
    const given = own(value, name);
    const present = given === undefined ? undefined : read(given, { ...place, path: at(place.path, name) });
    // An empty string means nothing in this API, as in Go.
    const found = present === undefined || present === '' ? whenAbsent : present;
    if (found !== undefined) object[name] = found;
  }
  return object;
}

export function noteUnknown(value: JsonObject, known: ReadonlySet<string>, { path, notes }: Place): void {
  for (const name of Object.keys(value)) {
    if (known.has(name)) continue;
    if (notes.unknownFields.length >= mostUnknownFields) return;
    notes.unknownFields.push({ path: at(path, name), nearest: nearestTo(name, known) });
  }
}

/** Differences of case are none: they are what Go forgave. */
const nearestTo = (name: string, known: ReadonlySet<string>): string | undefined =>
  name.length > 64
    ? undefined
    : ([...known].find((one) => one.toLowerCase() === name.toLowerCase()) ?? closest(name, known));

export const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function nothingOf({ type }: Description): unknown {
  if (type === 'string') return '';
  if (type === 'integer') return 0;
  return type === 'boolean' ? false : [];
}

function describing(schema: unknown): Description {
  if (isJsonObject(schema)) return schema;
  throw new TypeError('a schema of the API has a field without a description');
}
