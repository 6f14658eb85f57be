// What we think of an IngressRoute as the fields of its status that are ours. Pure.
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import { mostProblems, type Problem } from '../dag/problems.ts';
import { cutToBytes } from './cut.ts';

/** Of type `Valid`: metav1.Condition without what other fields say already. */
export interface ValidCondition {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** The fields that are ours; `conditions` is shared with others, who have types of their own. */
export interface OwnStatus {
  readonly currentStatus: CurrentStatus;
  readonly description: string;
  /** The generation that was judged. */
  readonly observedGeneration: number | undefined;
  readonly condition: ValidCondition;
  readonly problems: readonly Problem[];
}

/** Most bytes of our fields as JSON. With conditions of others (`mostBytesOfOthers`) a status has at most 64 KiB. */
export const mostBytes = 48 * 1024;

/** Longest description or message in bytes before anything else is cut; a condition's may have 32,768 characters. */
const longestMessage = 16 * 1024;
/** With every text this short the largest status fits: 20 problems whose routes are at most 1.2 KB. */
const shortestMessage = 256;

/** Bounded: at most 20 problems, and texts are cut until all is within `mostBytes`. */
export function ownStatus(verdict: Verdict): OwnStatus {
  const whole = uncut(verdict);
  for (let bytes = longestMessage; ; bytes /= 2) {
    const status = withTextsCut(whole, bytes);
    if (bytes <= shortestMessage || Buffer.byteLength(JSON.stringify(status)) <= mostBytes) return status;
  }
}

function uncut({ generation, currentStatus, description, problems }: Verdict): OwnStatus {
  const reasons: Readonly<Record<CurrentStatus, string>> = {
    valid: 'Valid',
    orphaned: 'Orphaned',
    invalid: problems[0]?.code ?? 'Invalid',
  };
  return {
    currentStatus,
    description,
    observedGeneration: generation,
    condition: {
      status: currentStatus === 'valid' ? 'True' : 'False',
      reason: reasons[currentStatus],
      message: description,
    },
    problems: problems.slice(0, mostProblems),
  };
}

function withTextsCut(status: OwnStatus, bytes: number): OwnStatus {
  const description = cutToBytes(status.description, bytes);
  return {
    ...status,
    description,
    condition: { ...status.condition, message: description },
    problems: status.problems.map((problem) => ({
      ...problem,
      message: cutToBytes(problem.message, bytes),
    })),
  };
}
