// Everything else that package.json's scripts do: `node tools/run.mjs COMMAND [ARGUMENT...]`, after set-up.
import { readdirSync } from 'node:fs';
import { chmod, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checks } from './checks.mjs';
import { testFiles } from './files.mjs';
import { image as buildImage } from './image/image.mjs';
import { generateProtos } from './protos.mjs';
import { main, SetupFailure } from './setup/failure.mjs';
import { passThrough } from './setup/process.mjs';
import { root, setUp, usual } from './setup.mjs';

const libraries = ['node', 'packages', 'protos'];
const commands = { protos, build, lint, golden, bench, example, image };

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || !Object.hasOwn(commands, name)) {
    throw new SetupFailure(
      `there is no command "${name ?? ''}"; commands: ${Object.keys(commands).join(' ')}`,
    );
  }
  process.exitCode = await commands[name](args);
});

/** Generates protos/gen, whatever the cache holds. */
async function protos() {
  await generateProtos(root, await setUp(['node', 'packages']));
  return 0;
}

/** Compiles src to dist, from nothing; dist/main.js is a program. */
async function build() {
  const tools = await setUp(libraries);
  await rm(join(root, 'dist'), { recursive: true, force: true });
  const code = await runNode(tools, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  if (code !== 0) return code;
  const program = join(root, 'dist/main.js');
  if (!(await readFile(program, 'utf8')).startsWith('#!/usr/bin/env -S node ')) {
    throw new SetupFailure(
      'dist/main.js lacks its first line: src/main.ts must start with #!/usr/bin/env -S node',
    );
  }
  await chmod(program, 0o755);
  return 0;
}

/** Lint and format alone; `--write` repairs what can be repaired. */
async function lint(args) {
  const tools = await setUp(['node', 'packages']);
  return runNode(tools, [...checks[0].args, ...args]);
}

/** Rewrites the golden files, removes orphans, and writes the CRDs and pages of docs that are made from sources. */
async function golden() {
  const tools = await setUp([...libraries, 'helm']);
  const files = testFiles(root).filter((path) => path.endsWith('/golden.test.ts'));
  if (files.length === 0) throw new SetupFailure('there is no golden.test.ts');
  return runNode({ ...tools, env: { ...tools.env, UPDATE_GOLDEN: '1' } }, ['--test', ...files]);
}

/** `bench [NAME] [ARGUMENT...]` builds, then runs the program of bench/ whose name starts so; the first one without. */
async function bench(args) {
  const programs = readdirSync(join(root, 'bench')).filter(
    (name) => name.endsWith('.ts') && name !== 'kit.ts',
  );
  const named = args[0] !== undefined && !args[0].startsWith('-');
  const program = programs.sort().find((name) => !named || name.startsWith(args[0]));
  if (program === undefined)
    throw new SetupFailure(`there is no benchmark "${args[0]}"; benchmarks: ${programs.join(' ')}`);
  const code = await build();
  if (code !== 0) return code;
  // Kubernetes takes minutes to build where it isn't cached: only the one that runs it waits for that.
  const steps = program === 'routes.ts' ? [...usual, 'kubernetes'] : usual;
  return runNode(await setUp(steps), [join('bench', program), ...args.slice(named ? 1 : 0)]);
}

/** `example NAME [FLAG...]` serves an example of examples/ingressroute by the Envoy of the tests. */
async function example(args) {
  return runNode(await setUp(), ['examples/ingressroute/start.ts', ...args]);
}

/** `image [--target T] [--tag NAME] [--archive FILE]` builds an image by the Dockerfile; `--help` says more. */
function image(args) {
  return buildImage(args, { root, setUp });
}

function runNode({ node, env }, args) {
  return passThrough(node, args, { cwd: root, env });
}
