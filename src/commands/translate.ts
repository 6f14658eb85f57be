// `contour translate`: what `serve` would make of these files, printed.
import type { TranslateConfig } from '../config/translate.ts';
import { findManifests, look, readFile } from '../kube/manifests/file.ts';
import { createOverlay } from '../kube/manifests/overlay.ts';
import { fileProblem, formatProblem, type ManifestProblem } from '../kube/manifests/problem.ts';
import { readManifests } from '../kube/manifests/read.ts';
import { printTranslation, runOffline, translationOf } from '../offline.ts';
import type { RawObject } from '../store/events.ts';
import { type CommandIo, type ExitCode, exitCodes } from './io.ts';

/** Prints the translation, or every mistake in the files and nothing else. */
export function translateCommand(config: TranslateConfig, paths: readonly string[], io: CommandIo): ExitCode {
  const { objects, problems } = readAll(paths);
  for (const problem of problems) io.stderr(`${formatProblem(problem)}\n`);
  if (problems.some((problem) => problem.severity === 'error')) return exitCodes.mistake;
  const translation = translationOf(runOffline(objects, config.outcome), config);
  io.stdout(printTranslation(translation, config.output));
  const invalid = translation.statuses.filter(({ currentStatus }) => currentStatus === 'invalid');
  if (!config.strict || invalid.length === 0) return exitCodes.done;
  for (const { kind, namespace, name, description } of invalid)
    io.stderr(`${kind} ${namespace}/${name} is invalid: ${description}\n`);
  return exitCodes.failed;
}

/** All objects of the files and directories; of the same object in two files the first by path counts. */
function readAll(paths: readonly string[]): { objects: RawObject[]; problems: ManifestProblem[] } {
  const problems: ManifestProblem[] = [];
  const overlay = createOverlay();
  const objects: RawObject[] = [];
  const files = new Set(paths.flatMap((path) => filesAt(path, problems)));
  for (const file of [...files].sort()) {
    const content = readFile(file);
    if (content.kind !== 'text') {
      const reason = content.kind === 'refused' ? content.reason : 'it changed while it was read; try again';
      problems.push(fileProblem(file, reason));
      continue;
    }
    const read = readManifests(content.text, file);
    problems.push(...read.problems);
    objects.push(...overlay.set(file, read.objects).map((event) => event.object));
    for (const { title, used } of overlay.conflicts(file))
      problems.push(fileProblem(file, `${title} is in ${used} too; that one is used`, 'warning'));
  }
  return { objects, problems };
}

function filesAt(path: string, problems: ManifestProblem[]): string[] {
  const seen = look(path);
  const files = findManifests(path);
  if (seen.kind === 'missing') problems.push(fileProblem(path, 'no such file or directory'));
  else if (seen.kind === 'unreadable') problems.push(fileProblem(path, seen.reason));
  else if (files.length === 0)
    problems.push(fileProblem(path, 'no manifests here (.yaml, .yml, .json)', 'warning'));
  return files;
}
