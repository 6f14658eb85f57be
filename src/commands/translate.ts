// `contour translate`: what `serve` would make of these files, printed.
import type { TranslateConfig } from '../config/translate.ts';
import { formatProblem } from '../kube/manifests/problem.ts';
import { printTranslation, runOffline, translationOf } from '../offline.ts';
import { type CommandIo, type ExitCode, exitCodes } from './io.ts';
import { readFiles } from './manifests.ts';

/** Prints the translation, or every mistake in the files and nothing else. */
export async function translateCommand(
  config: TranslateConfig,
  paths: readonly string[],
  io: CommandIo,
): Promise<ExitCode> {
  const { objects, problems } = await readFiles(paths, io);
  for (const problem of problems) io.stderr(`${formatProblem(problem)}\n`);
  if (problems.some((problem) => problem.severity === 'error')) return exitCodes.mistake;
  const pipeline = runOffline(
    objects.map(({ object }) => object),
    config.outcome,
  );
  const translation = translationOf(pipeline, config);
  io.stdout(printTranslation(translation, config.output));
  const invalid = translation.statuses.filter(({ currentStatus }) => currentStatus === 'invalid');
  if (!config.strict || invalid.length === 0) return exitCodes.done;
  for (const { kind, namespace, name, description } of invalid)
    io.stderr(`${kind} ${namespace}/${name} is invalid: ${description}\n`);
  return exitCodes.failed;
}
