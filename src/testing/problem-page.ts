// docs/problems.md, from the catalogue and what is written about it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Code, effects, families, type ProblemDoc, problemDocs } from '../dag/problem-docs/index.ts';
import { scenarios } from './golden.ts';

/** The whole text. `testdata`: the folder of golden scenarios, `link`: how the page names it. */
export function problemPage(testdata: string, link: string): string {
  const golden = goldenOf(testdata);
  const linked = (code: string) => linkTo(golden.get(code), link);
  return `${[head, list(), ...families.map(({ title, docs }) => family(title, docs, linked))].join('\n\n')}\n`;
}

const head = `# Problems

<!-- Written by \`npm run golden\` from src/dag/problem-docs. -->

Everything that can be wrong with an object, by the \`code\` in its status. An **error** makes the object \`invalid\`; a
**warning** leaves it \`valid\`. The wording below is that of an example; in a status it names your object, and
says what to do. A problem with a \`route\` concerns that route alone. An Ingress has no status for this: it gets an Event.

\`contour validate\` ([validate.md](validate.md)) tells the same before anything is applied.`;

/** One line for each code: to be found by eye. */
function list(): string {
  const rows = Object.entries(problemDocs).map(
    ([code, { sample, effect }]) =>
      `| [${code}](#${code.toLowerCase()}) | ${sample.severity} | ${effects[effect][0]} |`,
  );
  return ['| code | severity | what happens to requests |', '|---|---|---|', ...rows].join('\n');
}

type Linked = (code: string) => string;

const family = (title: string, docs: Partial<Record<Code, ProblemDoc>>, golden: Linked): string =>
  [`## ${title}`, ...Object.entries(docs).map(([code, doc]) => section(code, doc, golden))].join('\n\n');

const section = (code: string, { sample, effect, about }: ProblemDoc, golden: Linked): string =>
  [
    `### ${code}`,
    `${sample.severity === 'error' ? 'Error' : 'Warning'}, told as:`,
    `> ${escaped(sample.message)}`,
    about,
    `*What happens to requests*: ${effects[effect][1]}`,
    golden(code),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

/** Text that Markdown takes for itself. */
const escaped = (text: string): string => text.replace(/[\\`*_<>[\]|]/g, '\\$&');

const linkTo = (scenario: string | undefined, link: string): string =>
  scenario === undefined ? '' : `Example: [${scenario}](${link}/${scenario}/in.yaml)`;

/** For each code the scenario that has it and the fewest others. */
function goldenOf(testdata: string): ReadonlyMap<string, string> {
  const found = new Map<string, { readonly name: string; readonly codes: number }>();
  for (const name of scenarios(testdata)) {
    const codes = codesIn(readFileSync(join(testdata, name, 'out.yaml'), 'utf8'));
    for (const code of codes)
      if (codes.size < (found.get(code)?.codes ?? Number.POSITIVE_INFINITY))
        found.set(code, { name, codes: codes.size });
  }
  return new Map([...found].map(([code, { name }]) => [code, name]));
}

/** The codes in the statuses of an output. */
export const codesIn = (output: string): ReadonlySet<string> =>
  new Set([...output.matchAll(/^ +- code: (\w+)$/gm)].map(([, code = '']) => code));
