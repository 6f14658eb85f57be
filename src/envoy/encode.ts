// Messages to bytes: the one place where resources are encoded, and counted.
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Any, anyPack } from '@bufbuild/protobuf/wkt';
import { type Resource, versionOf } from '../xds/resource.ts';

/** What a resource has beside its bytes. */
export type ResourceHead = Omit<Resource, 'bytes' | 'version'>;

export interface Encoder {
  /** How many resources and pieces were encoded so far. */
  readonly encoded: number;
  /** Encodes once; equal messages give equal bytes, hence equal versions. */
  resource<Schema extends DescMessage>(
    head: ResourceHead,
    schema: Schema,
    message: MessageInitShape<Schema>,
  ): Resource;
  /** A part of a resource, to be put together with `concatenated`. */
  piece<Schema extends DescMessage>(schema: Schema, message: MessageInitShape<Schema>): Piece;
}

/** Encoded once, like a resource, and part of one. */
export type Piece = Pick<Resource, 'bytes' | 'version'>;

export function createEncoder(): Encoder {
  let encoded = 0;
  function piece<Schema extends DescMessage>(schema: Schema, message: MessageInitShape<Schema>): Piece {
    encoded += 1;
    const bytes = encode(schema, message);
    return { bytes, version: versionOf(bytes) };
  }
  return {
    get encoded() {
      return encoded;
    },
    resource: (head, schema, message) => ({ ...head, ...piece(schema, message) }),
    piece,
  };
}

/** Map fields keep their order of insertion: whoever fills one sorts it. */
export function encode<Schema extends DescMessage>(
  schema: Schema,
  message: MessageInitShape<Schema>,
): Uint8Array {
  return toBinary(schema, create(schema, message));
}

export function pack<Schema extends DescMessage>(schema: Schema, message: MessageInitShape<Schema>): Any {
  return anyPack(schema, create(schema, message));
}

/**
 * The fields of all, set one over the other. Encoded messages that are strung together decode as merged: the last
 * scalar wins, embedded messages merge in turn, and what is repeated adds up, by the encoding's definition.
 */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const merged = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    merged.set(part, at);
    at += part.length;
  }
  return merged;
}

/** `bytes` with the fields of `more` set over it. */
export const overlay = (bytes: Uint8Array, more: Uint8Array): Uint8Array => concatenated([bytes, more]);
