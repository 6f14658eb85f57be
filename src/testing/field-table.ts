// The fields of a CRD's spec as a table of Markdown, from its schema.
import { parse } from 'yaml';
import { isObject, type Json, objectAt, objectsAt, textAt } from './raw.ts';

/** One row for each field, in the schema's order. */
export function fieldTable(text: string): string {
  const crd = parse(text);
  const [version] = isObject(crd) ? objectsAt(objectAt(crd, 'spec') ?? {}, 'versions') : [];
  const schema = objectAt(objectAt(version ?? {}, 'schema') ?? {}, 'openAPIV3Schema');
  const spec = objectAt(objectAt(schema ?? {}, 'properties') ?? {}, 'spec');
  if (spec === undefined) throw new Error('the CRD has no schema of spec');
  const rows = rowsOf(spec, 'spec', new Map());
  return ['| field | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** `shown`: the fields of objects so far, with the path where they stand. */
function rowsOf(schema: Json, path: string, shown: Map<string, string>): readonly string[] {
  const properties = objectAt(schema, 'properties') ?? {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([name, field]) => {
    if (!isObject(field)) return [];
    const items = objectAt(field, 'items');
    const at = `${path}.${name}${items ? '[]' : ''}`;
    const fields = JSON.stringify(objectAt(items ?? field, 'properties'));
    const same = fields === undefined ? undefined : shown.get(fields);
    if (fields !== undefined && same === undefined) shown.set(fields, at);
    const about = [
      textAt(field, 'description') ?? '',
      required.includes(name) ? 'Required.' : '',
      same === undefined ? '' : `Its fields are those of \`${same}\`.`,
    ];
    const text = about.join(' ').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
    const row = `| \`${at}\` | ${typeOf(field, items)} | ${text} |`;
    return same === undefined ? [row, ...rowsOf(items ?? field, at, shown)] : [row];
  });
}

function typeOf(field: Json, items: Json | undefined): string {
  if (items)
    return `list of ${typeOf(items, objectAt(items, 'items'))}${limit(field, 'maxItems', ', at most ')}`;
  const { enum: values } = field;
  if (Array.isArray(values)) return values.map((value) => `\`${value === '' ? '""' : value}\``).join(', ');
  const least = limit(field, 'minimum', ', from ');
  return `${textAt(field, 'type') ?? 'any'}${least}${limit(field, 'maximum', ' to ')}`;
}

const limit = (field: Json, key: string, words: string): string =>
  typeof field[key] === 'number' ? `${words}${field[key]}` : '';
