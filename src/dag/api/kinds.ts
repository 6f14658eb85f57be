// The kinds of fields that the API has, with the limits that all of one kind share. A field that may be absent is
// `.optional()`; of any other absence means nothing, zero or false. The server takes null for absence everywhere.
import { z } from 'zod';

/** Longest string of a spec, in characters; the core counts UTF-16 units. */
export const longestText = 2_048;

const largestInteger = 2 ** 31 - 1;

/** What only a CustomResourceDefinition says about a field. */
export interface CrdOnly {
  readonly description: string;
  /** Rules of the server beside the schema's own: an expression over `self`, and what is told with its remedy. */
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

const described = (about: string | CrdOnly): CrdOnly =>
  typeof about === 'string' ? { description: about } : about;

export const text = (about: string | CrdOnly) =>
  z
    .string()
    .max(longestText)
    .meta({ ...described(about) });

/** A string of which the server refuses what doesn't match. */
export const textLike = (pattern: RegExp, about: string | CrdOnly) =>
  z
    .string()
    .max(longestText)
    .regex(pattern)
    .meta({ ...described(about) });

export const integer = (about: string, { least, most = largestInteger }: { least: number; most?: number }) =>
  z.int().min(least).max(most).meta({ description: about });

export const flag = (about: string) => z.boolean().meta({ description: about });

export const list = <T extends z.ZodType>(of: T, most: number, about: string) =>
  z.array(of).max(most).meta({ description: about });

export const object = <T extends z.ZodRawShape>(fields: T, about: string | CrdOnly) =>
  z.object(fields).meta({ ...described(about) });

type ReadonlyDeep<T> = T extends (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T;

/** What reading such a field yields. */
export type Read<T extends z.ZodType> = ReadonlyDeep<z.infer<T>>;
