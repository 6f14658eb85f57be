// `contour validate`: what `serve` would think of these files, by themselves or applied to a cluster.
import { kubeconfigFiles } from '../config/environment.ts';
import type { Given } from '../config/resolve.ts';
import { type ClusterPlace, resolveValidate, type ValidateConfig } from '../config/validate.ts';
import { typeOf } from '../dag/decode/index.ts';
import { problems } from '../dag/problems.ts';
import { fileProblem, formatProblem, type ManifestProblem } from '../kube/manifests/problem.ts';
import { resources } from '../kube/resources.ts';
import { StartError } from '../runtime/start-error.ts';
import type { RawObject } from '../store/events.ts';
import {
  hasFailed,
  judge,
  notesOf,
  reportJson,
  reportOf,
  reportTable,
  standInSecret,
} from '../validate/index.ts';
import { type CommandIo, type ExitCode, exitCodes } from './io.ts';
import { type FileObject, readFiles } from './manifests.ts';

/** A cluster that is only read. */
export interface ReadableCluster {
  /** Of its context; undefined: none is set. */
  readonly namespace: string | undefined;
  /** Objects as they are now, and what could not be read. Rejects with one line for the user. */
  read(files: readonly RawObject[]): Promise<ClusterObjects>;
}

export interface ClusterObjects {
  readonly objects: readonly RawObject[];
  readonly now: Date;
  readonly forbidden: readonly { readonly namespace: string; readonly name: string }[];
  readonly absent: readonly string[];
}

/** What the command line gave, checked. */
export const validateConfig = (given: Given) =>
  resolveValidate(given, { codes: Object.keys(problems), kubeconfigs: kubeconfigFiles() });

/** Prints the verdicts; or what keeps from judging, and nothing else. */
export async function validateCommand(
  config: ValidateConfig,
  paths: readonly string[],
  io: CommandIo,
): Promise<ExitCode> {
  try {
    return await validate(config, paths, io);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    io.stderr(`contour validate: ${error.message}\n`);
    return exitCodes.mistake;
  }
}

async function validate(config: ValidateConfig, paths: readonly string[], io: CommandIo): Promise<ExitCode> {
  const say = (line: string) => io.stderr(`${line}\n`);
  const cluster = config.cluster && (await openCluster(config.cluster, io));
  const namespace = config.namespace ?? cluster?.namespace;
  const files = await readFiles(paths, { stdin: io.stdin, namespace });
  for (const problem of files.problems) say(formatProblem(problem));
  if (files.problems.some(({ severity }) => severity === 'error')) return exitCodes.mistake;
  const strange = files.objects.flatMap(strangeKind);
  for (const problem of strange) say(formatProblem(problem));
  if (strange.length > 0) return exitCodes.mistake;
  const objects = files.objects.map(({ object }) => object);
  const read = await cluster?.read(objects);
  const forbidden = read?.forbidden ?? [];
  const standIns = forbidden.map(standInSecret);
  const applying = read && { cluster: [...read.objects, ...standIns], now: read.now };
  const judgement = judge(objects, config.outcome, applying);
  const notRead = new Set(forbidden.map(({ namespace, name }) => `${namespace}/${name}`));
  const report = reportOf(judgement, { files: files.objects, ignored: config.ignored, notRead });
  const failed = hasFailed(report, config);
  io.stdout(
    config.output === 'json' ? reportJson(report, { failed }) : reportTable(report, { colour: io.colours }),
  );
  for (const kind of read?.absent ?? [])
    say(`the cluster has no ${kind}: kubectl apply -f crds/ before these files`);
  for (const note of notesOf(report, { against: read === undefined ? 'nothing' : 'cluster' })) say(note);
  return failed ? exitCodes.failed : exitCodes.done;
}

/** Of our own group there are two kinds; anything else is mistyped, and would be passed over in silence. */
function strangeKind({ object, file, line }: FileObject): readonly ManifestProblem[] {
  const [group = '', version = '', kind = ''] = typeOf(object).split('/');
  const ours = Object.values(resources).filter((resource) => resource.group === group);
  if (group !== resources.ingressRoutes.group) return [];
  if (ours.some((one) => one.kind === kind && one.version === version)) return [];
  const near = ours.find((one) => one.kind.toLowerCase() === kind.toLowerCase()) ?? resources.ingressRoutes;
  const remedy = `write apiVersion: ${group}/${near.version}, kind: ${near.kind}`;
  return [fileProblem(`${file}:${line}`, `${group}/${version} ${kind} is not served; ${remedy}`)];
}

/** The client of the API server is loaded for those who need it. */
async function openCluster(place: ClusterPlace, io: CommandIo): Promise<ReadableCluster> {
  const { openCluster: open } = await import('./validate-cluster.ts');
  return open(place, io);
}
