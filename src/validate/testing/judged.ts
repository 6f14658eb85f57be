// Judges raw objects in one line, with the settings of a command line without flags.
import { outcomeFlags } from '../../config/flags.ts';
import { outcomeOf } from '../../config/outcome.ts';
import { resolveFlags } from '../../config/resolve.ts';
import type { CurrentStatus } from '../../dag/model.ts';
import type { PipelineSettings } from '../../pipeline.ts';
import type { RawObject } from '../../store/events.ts';
import { type Judgement, judge } from '../judge.ts';

const { values } = resolveFlags(outcomeFlags, { flags: new Map(), readConfigFile: () => '' });
export const settings: PipelineSettings = outcomeOf(values, [], { from: 'cluster' });

export const now = new Date('2024-05-01T12:00:00Z');

/** `cluster` undefined: the files by themselves. */
export const judged = (files: readonly RawObject[], cluster?: readonly RawObject[]): Judgement =>
  judge(files, settings, cluster && { cluster, now });

/** `valid`, or status and codes: `invalid ServiceMissing`. By object. */
export function words(verdicts: Judgement['after']): Record<string, string> {
  const lines = [...verdicts].map(([key, { currentStatus, problems }]) => {
    const codes = problems.map(({ code }) => code);
    return [key, [currentStatus satisfies CurrentStatus, ...codes].join(' ')] as const;
  });
  return Object.fromEntries(lines.sort());
}
