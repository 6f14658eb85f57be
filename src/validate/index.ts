// `contour validate` without its I/O. Pure.
//   judge.ts     objects of files, by themselves or applied to those of a cluster (applied.ts) -> verdicts
//   report.ts    verdicts -> everything there is to say, without what is to be ignored (ignore.ts), with what would
//                change for others (changes.ts), and whether it is a failure
//   table.ts, json.ts, notes.ts   the report for people, for programs, and what is said beside it
//   stand-in.ts  Secrets in the place of those that may not be read

export { reportJson } from './json.ts';
export { judge } from './judge.ts';
export { notesOf } from './notes.ts';
export { hasFailed, type Located, reportOf } from './report.ts';
export { standInSecret } from './stand-in.ts';
export { reportTable } from './table.ts';
