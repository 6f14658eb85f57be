// What the cluster says in an object's status, remembered in as few bytes as the comparison with ours needs.
import { hash } from 'node:crypto';
import { isJsonObject, type JsonObject, own } from '../dag/decode/fields.ts';
import { type CurrentStatus, mostReached } from '../dag/model.ts';
import { mostProblems } from '../dag/problems.ts';
import type { Extent, OwnStatus, Validity } from './status.ts';

/** Of our fields but lastTransitionTime; equal to that of a status that says the same. */
export interface Fingerprint {
  readonly validity: string;
  readonly extent: string;
}

export interface WrittenStatus {
  readonly fingerprint: Fingerprint;
  /** Undefined: it says nothing that we would say. */
  readonly currentStatus: CurrentStatus | undefined;
  readonly observedGeneration: number | undefined;
  /** Of the condition `Valid`; undefined without a usable one. */
  readonly valid: { readonly status: string; readonly reason: string; readonly since: string } | undefined;
  /** Conditions of other types, which stay. */
  readonly others: readonly JsonObject[];
}

/** Most bytes of others' conditions as JSON that are kept; if there are more, none is. */
export const mostBytesOfOthers = 16 * 1024;

export const fingerprint = (own: OwnStatus): Fingerprint => ({
  validity: validityPrint(own),
  extent: extentPrint(own),
});

export const isSameFingerprint = (a: Fingerprint | undefined, b: Fingerprint | undefined): boolean =>
  a?.validity === b?.validity && a?.extent === b?.extent;

const validityPrint = (own: Validity): string => {
  const { currentStatus, description, observedGeneration, condition, problems } = own;
  return digest([
    currentStatus,
    description,
    observedGeneration,
    [condition.status, condition.reason, condition.message, observedGeneration],
    problems.map(({ code, severity, message, route }) => [code, severity, message, route]),
  ]);
};

const extentPrint = ({ problemsCount, reachedFrom, reachedFromCount }: Extent): string =>
  digest([
    problemsCount,
    reachedFromCount,
    reachedFrom.map(({ fqdn, prefix, root, tls }) => [fqdn, prefix, root, tls]),
  ]);

/** Undefined if there is no status, or an empty one. Untrusted JSON. */
export function writtenStatus(status: unknown): WrittenStatus | undefined {
  if (!isJsonObject(status) || Object.keys(status).length === 0) return undefined;
  const conditions = listOf(own(status, 'conditions')).filter(isJsonObject);
  const ours = conditions.filter((condition) => own(condition, 'type') === 'Valid');
  const observedGeneration = own(status, 'observedGeneration');
  return {
    fingerprint: {
      validity: digest([
        ...scalars(status, ['currentStatus', 'description', 'observedGeneration']),
        ours.flatMap((condition) =>
          scalars(condition, ['status', 'reason', 'message', 'observedGeneration']),
        ),
        records(own(status, 'problems'), mostProblems, ['code', 'severity', 'message', 'route']),
      ]),
      extent: digest([
        ...scalars(status, ['problemsCount', 'reachedFromCount']),
        records(own(status, 'reachedFrom'), mostReached, ['fqdn', 'prefix', 'root', 'tls']),
      ]),
    },
    currentStatus: currentStatuses.find((known) => known === own(status, 'currentStatus')),
    observedGeneration: typeof observedGeneration === 'number' ? observedGeneration : undefined,
    valid: ours[0] && readValid(ours[0]),
    others: othersOf(conditions),
  };
}

const currentStatuses: readonly CurrentStatus[] = ['valid', 'invalid', 'orphaned'];

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Flat, so that hostile nesting is never walked. */
const scalar = (value: unknown): unknown => (typeof value === 'object' ? 'not a scalar' : value);

const scalars = (object: JsonObject, fields: readonly string[]): unknown[] =>
  fields.map((field) => scalar(own(object, field)));

/** One more than we would write at most is seen, and differs. */
const records = (value: unknown, most: number, fields: readonly string[]): unknown[] =>
  listOf(value)
    .slice(0, most + 1)
    .map((record) => isJsonObject(record) && scalars(record, fields));

/** In arrays, undefined and null are the same JSON. */
const digest = (value: readonly unknown[]): string =>
  hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22);

function readValid(condition: JsonObject): WrittenStatus['valid'] {
  const [status, reason, since] = ['status', 'reason', 'lastTransitionTime'].map((field) =>
    own(condition, field),
  );
  if (typeof status !== 'string' || typeof reason !== 'string' || typeof since !== 'string') return undefined;
  return Number.isNaN(Date.parse(since)) ? undefined : { status, reason, since };
}

const conditionFields = ['type', 'status', 'observedGeneration', 'lastTransitionTime', 'reason', 'message'];
const none: readonly JsonObject[] = [];

/** The standard fields only: the schema of the kind allows no others. */
function othersOf(conditions: readonly JsonObject[]): readonly JsonObject[] {
  const others = conditions
    .filter((condition) => own(condition, 'type') !== 'Valid')
    .map((condition) =>
      Object.fromEntries(
        conditionFields.flatMap((field) => {
          const value = own(condition, field);
          return typeof value === 'string' || typeof value === 'number' ? [[field, value]] : [];
        }),
      ),
    );
  if (others.length === 0) return none;
  return Buffer.byteLength(JSON.stringify(others)) <= mostBytesOfOthers ? others : none;
}
