// Files stay small: sources and tests, each group by itself. `node tools/size.mjs` says how it stands.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const limits = { median: 120, p90: 300, max: 500 };
const folders = ['src', 'e2e', 'bench', 'examples', 'tools', 'protos'];
const generated = /(^|\/)(node_modules|gen|build|dist)(\/|$)/;

/** What breaks the limits in `files` ({path, lines}); empty: nothing. */
export function sizeMistakes(files) {
  const tests = files.filter((file) => isTest(file.path));
  const sources = files.filter((file) => !isTest(file.path));
  return [...groupMistakes('source files', sources), ...groupMistakes('test files', tests)];
}

/** Median, 90th percentile and maximum of the lines, by nearest rank. */
export function summary(files) {
  const lines = files.map((file) => file.lines).sort((a, b) => a - b);
  const rank = (share) => lines[Math.max(0, Math.ceil(share * lines.length) - 1)] ?? 0;
  return { files: lines.length, median: rank(0.5), p90: rank(0.9), max: rank(1) };
}

/** All hand-written code of the checkout. */
export function countLines(root) {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
    )
    .filter((path) => /\.(ts|mjs)$/.test(path) && !generated.test(path))
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length }));
}

function isTest(path) {
  return /\.test\.(ts|mjs)$/.test(path);
}

function groupMistakes(name, files) {
  const { median, p90 } = summary(files);
  const mistakes = files
    .filter((file) => file.lines > limits.max)
    .map((file) => `${file.path} has ${file.lines} lines, more than ${limits.max}`);
  if (median > limits.median)
    mistakes.push(`the median of ${name} is ${median} lines, more than ${limits.median}`);
  if (p90 > limits.p90)
    mistakes.push(`a tenth of ${name} has ${p90} lines or more; the limit is ${limits.p90}`);
  return mistakes;
}

if (import.meta.filename === process.argv[1]) {
  const files = countLines(join(import.meta.dirname, '..'));
  const { median, p90, max } = summary(files);
  const mistakes = sizeMistakes(files);
  for (const mistake of mistakes) console.error(mistake);
  console.log(`${files.length} files: median ${median}, p90 ${p90}, max ${max} lines`);
  process.exitCode = mistakes.length === 0 ? 0 : 1;
}
