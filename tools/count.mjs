// A reporter for node:test that counts: one line for each test as it ends, `passed`, or `failed` with where, what and why.
import { relative } from 'node:path';

/** Of an error's words: what a line holds. */
const longestWhy = 300;

/** Suites count only when they fail or are skipped by themselves. */
export default async function* count(events) {
  for await (const event of events) {
    const outcome = outcomeOf(event);
    if (outcome !== undefined) yield `${outcome === 'failed' ? `failed ${told(event.data)}` : outcome}\n`;
  }
}

/** `passed`, `failed`, or undefined for what is no test. Skipped and todo tests are failures: nothing is left out. */
export function outcomeOf({ type, data }) {
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  if (isPresent(data.skip) || isPresent(data.todo)) return 'failed';
  const isSuite = data.details?.type === 'suite';
  if (type === 'test:fail') {
    const onlyByItsTests = isSuite && data.details.error?.failureType === 'subtestsFailed';
    return onlyByItsTests ? undefined : 'failed';
  }
  if (isSuite) return undefined;
  return isFileWithoutTests(data) ? 'failed' : 'passed';
}

const isPresent = (mark) => mark !== undefined && mark !== false;

/** The runner reports a file that holds no test as one test that passed, named by its path. */
function isFileWithoutTests({ name, nesting, file }) {
  return (
    nesting === 0 &&
    file !== undefined &&
    (file === name || file.endsWith(`/${name}`)) &&
    /\.(ts|mjs)$/.test(name)
  );
}

/** `FILE:LINE NAME: ERROR`, one line. */
function told({ name, file, line, skip, todo, details }) {
  const where = file === undefined ? '' : `${relative(process.cwd(), file)}:${line} `;
  const error = details?.error?.cause ?? details?.error;
  const left = isPresent(skip) ? 'skipped' : isPresent(todo) ? 'todo' : 'no test in this file';
  const why = error === undefined ? left : String(error.message ?? error);
  return `${where}${name}: ${why}`.replaceAll(/\s+/g, ' ').slice(0, longestWhy);
}
