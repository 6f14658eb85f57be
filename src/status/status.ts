// What we think of an IngressRoute as the fields of its status that are ours. Pure.
import { type CurrentStatus, mostReached, type Reached, type Verdict } from '../dag/model.ts';
import { mostProblems, type Problem } from '../dag/problems.ts';
import { cutToBytes } from './cut.ts';

/** Of type `Valid`: metav1.Condition without what other fields say already. */
export interface ValidCondition {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Whether an object is right, and what is wrong with it: what users wait for. */
export interface Validity {
  readonly currentStatus: CurrentStatus;
  readonly description: string;
  /** The generation that was judged. */
  readonly observedGeneration: number | undefined;
  readonly condition: ValidCondition;
  readonly problems: readonly Problem[];
}

/** What changes with other users' objects as well, as often as they do. */
export interface Extent {
  /** Undefined: there are none. */
  readonly problemsCount: number | undefined;
  readonly reachedFrom: readonly Reached[];
  /** Undefined: it is not reached from anywhere. */
  readonly reachedFromCount: number | undefined;
}

/** The fields that are ours; `conditions` is shared with others, who have types of their own. */
export interface OwnStatus extends Validity, Extent {}

/** Most bytes of `Validity` as JSON. */
const mostBytesOfValidity = 32 * 1024;
/** Most bytes of `Extent` as JSON: apart, so that what grows there never cuts a problem's text. */
const mostBytesOfExtent = 16 * 1024;
/** Most bytes of our fields as JSON. With conditions of others (`mostBytesOfOthers`) a status has at most 64 KiB. */
export const mostBytes = mostBytesOfValidity + mostBytesOfExtent;

/** Longest description or message in bytes before anything else is cut; a condition's may have 32,768 characters. */
const longestMessage = 16 * 1024;
/** With every text this short the largest status fits: 20 problems whose routes are at most 1.1 KB. */
const shortestMessage = 128;
/** Longest prefix in bytes: more than the API's schema takes is cut. */
const longestPrefix = 2 * 1024;
/** With every prefix this short 20 places fit, whose other fields are at most 700 bytes. */
const shortestPrefix = 32;
/** Bytes of a DNS name, and of namespace/name. */
const longestFqdn = 253;
const longestRoot = 63 + 1 + 253;

/** Bounded: at most 20 problems and 20 places, and texts are cut until all is within `mostBytes`. */
export function ownStatus(verdict: Verdict): OwnStatus {
  return { ...validityOf(verdict), ...extentOf(verdict) };
}

function validityOf(verdict: Verdict): Validity {
  const { generation, currentStatus, problems } = verdict;
  const reasons: Readonly<Record<CurrentStatus, string>> = {
    valid: 'Valid',
    orphaned: 'Orphaned',
    invalid: problems[0]?.code ?? 'Invalid',
  };
  return fitted({ from: longestMessage, to: shortestMessage, most: mostBytesOfValidity }, (bytes) => {
    const description = cutToBytes(verdict.description, bytes);
    return {
      currentStatus,
      description,
      observedGeneration: generation,
      condition: {
        status: currentStatus === 'valid' ? 'True' : 'False',
        reason: reasons[currentStatus],
        message: description,
      },
      problems: problems
        .slice(0, mostProblems)
        .map((problem) => ({ ...problem, message: cutToBytes(problem.message, bytes) })),
    };
  });
}

/** Prefixes need no escaping: a match that has more than printable ASCII leads nowhere. */
function extentOf({ problemsCount, reachedFrom, reachedFromCount }: Verdict): Extent {
  const places = reachedFrom.slice(0, mostReached);
  return fitted({ from: longestPrefix, to: shortestPrefix, most: mostBytesOfExtent }, (bytes) => ({
    problemsCount: problemsCount > 0 ? problemsCount : undefined,
    reachedFrom: places.map(({ fqdn, prefix, root, tls }) => ({
      fqdn: cutToBytes(fqdn, longestFqdn),
      prefix: cutToBytes(prefix, bytes),
      root: cutToBytes(root, longestRoot),
      tls,
    })),
    reachedFromCount: reachedFromCount > 0 ? reachedFromCount : undefined,
  }));
}

interface Bounds {
  /** Longest text in bytes, which is halved down to `to`. */
  readonly from: number;
  readonly to: number;
  /** Of the whole as JSON, in bytes. */
  readonly most: number;
}

/** The value with the longest texts that fit. */
function fitted<T>({ from, to, most }: Bounds, cut: (bytes: number) => T): T {
  for (let bytes = from; ; bytes /= 2) {
    const value = cut(bytes);
    if (bytes <= to || Buffer.byteLength(JSON.stringify(value)) <= most) return value;
  }
}
