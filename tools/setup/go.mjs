// Programs that are built through Go, for those that no registry has as a package of ours.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { hasContent, keep } from './cache.mjs';
import { SetupFailure } from './failure.mjs';
import { capture, findProgram } from './process.mjs';

const oldestGo = [1, 24];

/**
 * A step that builds what is missing of `programs` (`name`; `build(aside, context)`; `ask`, arguments, and `answer`, what
 * the built program must say to them) into the folder `place`, each kept as soon as it is built.
 */
export function goStep(context, { title, place, programs, duration, finish }) {
  const missing = () => programs.filter((program) => !hasContent(join(place, program.name)));
  return {
    title,
    isDone: () => missing().length === 0,
    check: checkGo,
    async run(note) {
      for (const program of missing()) {
        const done = programs.length - missing().length;
        note(
          `building ${program.name} (program ${done + 1} of ${programs.length}; all take ${duration} on two cores)`,
        );
        await keep(join(place, program.name), {
          isWhole: hasContent,
          make: (aside) => make(program, aside, context),
          waiting: () => note(`another set-up builds ${program.name}, waiting`),
        });
      }
    },
    finish,
  };
}

async function checkGo() {
  const remedy = `install Go ${oldestGo.join('.')} or newer (Debian: apt-get install golang-go) and put it in PATH`;
  if (findProgram('go') === undefined) throw new SetupFailure(`go is missing: ${remedy}`);
  const found = /go(\d+)\.(\d+)/.exec(await capture('go', ['version']));
  const [major = 0, minor = 0] = (found ?? []).slice(1).map(Number);
  if (major < oldestGo[0] || (major === oldestGo[0] && minor < oldestGo[1]))
    throw new SetupFailure(`this Go is too old: ${remedy}`);
}

async function make(program, aside, context) {
  await program.build(aside, context);
  await chmod(aside, 0o755);
  const answer = await capture(aside, program.ask);
  if (!answer.includes(program.answer))
    throw new SetupFailure(`${program.name} answers "${answer.trim()}", not "${program.answer}"`);
}

/** Runs go with few claims on the processors: others work beside it. */
export function runGo(args, { cwd, env }) {
  const [command, ...rest] = findProgram('nice') === undefined ? ['go', ...args] : ['nice', 'go', ...args];
  return capture(command, rest, { cwd, env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' } });
}
