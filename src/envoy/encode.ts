// Messages to bytes: the one place where resources are encoded, and counted.
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Any, anyPack } from '@bufbuild/protobuf/wkt';
import { type Resource, versionOf } from '../xds/resource.ts';

/** What a resource has beside its bytes. */
export type ResourceHead = Omit<Resource, 'bytes' | 'version'>;

export interface Encoder {
  /** How many resources were encoded so far. */
  readonly encoded: number;
  /** Encodes once; equal messages give equal bytes, hence equal versions. */
  resource<Schema extends DescMessage>(
    head: ResourceHead,
    schema: Schema,
    message: MessageInitShape<Schema>,
  ): Resource;
}

export function createEncoder(): Encoder {
  let encoded = 0;
  return {
    get encoded() {
      return encoded;
    },
    resource(head, schema, message) {
      encoded += 1;
      const bytes = encode(schema, message);
      return { ...head, bytes, version: versionOf(bytes) };
    },
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
 * `bytes` with the fields of `more` set over it. Encoded messages that are strung together decode as merged: the
 * last scalar wins and embedded messages merge in turn, by the encoding's definition.
 */
export function overlay(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  const merged = new Uint8Array(bytes.length + more.length);
  merged.set(bytes);
  merged.set(more, bytes.length);
  return merged;
}
