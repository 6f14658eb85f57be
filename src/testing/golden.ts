// Golden scenarios: a folder with objects and flags in, the translation and the graph out.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveTranslate, type TranslateConfig } from '../config/translate.ts';
import { formatProblem } from '../kube/manifests/problem.ts';
import { readManifests } from '../kube/manifests/read.ts';
import { dotOf, printTranslation, runOffline, translationOf } from '../offline.ts';
import type { RawObject } from '../store/events.ts';
import { selfSigned } from './certificates.ts';

/** What a scenario must yield, by file name. */
export interface Outputs {
  /** The text of `translate -o yaml`, but for listeners like those without objects, and for certificates. */
  readonly 'out.yaml': string;
  readonly 'out.dot': string;
}

const inputFile = 'in.yaml';
const flagsFile = 'flags';
const outputFiles = ['out.yaml', 'out.dot'] as const;

/** Folders with an input, sorted. */
export const scenarios = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => existsSync(join(root, name, inputFile)))
    .sort();

/** Files below `root` that belong to no scenario. */
export const orphans = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isExpected(root, file));

function isExpected(root: string, file: string): boolean {
  const [scenario = '', name = '', ...deeper] = file.slice(root.length + 1).split('/');
  const names: readonly string[] = [inputFile, flagsFile, ...outputFiles];
  return deeper.length === 0 && names.includes(name) && existsSync(join(root, scenario, inputFile));
}

/** Writes what each scenario yields now, and removes files that belong to none. */
export async function updateGolden(root: string): Promise<void> {
  for (const file of orphans(root)) rmSync(file);
  for (const scenario of scenarios(root)) {
    const outputs = await runScenario(join(root, scenario));
    for (const name of outputFiles) writeFileSync(join(root, scenario, name), outputs[name]);
  }
}

/** What is committed. */
export const readOutputs = (directory: string): Outputs => ({
  'out.yaml': readFileSync(join(directory, 'out.yaml'), 'utf8'),
  'out.dot': readFileSync(join(directory, 'out.dot'), 'utf8'),
});

/** Runs a scenario; `reversed` delivers its objects from the last to the first. */
export async function runScenario(directory: string, options = { reversed: false }): Promise<Outputs> {
  const { objects, certificates } = await inputOf(join(directory, inputFile));
  const config = configOf(join(directory, flagsFile));
  const pipeline = runOffline(options.reversed ? objects.reverse() : objects, config.outcome);
  const { resources, statuses } = translationOf(pipeline, config);
  const usual = translationOf(runOffline([], configOf(undefined).outcome), config).resources.listeners;
  const unremarkable = objects.length > 0 && JSON.stringify(resources.listeners) === JSON.stringify(usual);
  const listeners = unremarkable ? ['the same as in empty/out.yaml'] : resources.listeners;
  const text = printTranslation({ resources: { ...resources, listeners }, statuses }, 'yaml');
  return { 'out.yaml': withoutCertificates(text, certificates), 'out.dot': dotOf(pipeline) };
}

function configOf(flags: string | undefined): TranslateConfig {
  const lines = flags !== undefined && existsSync(flags) ? readFileSync(flags, 'utf8').split('\n') : [];
  const given = lines
    .filter((line) => line !== '')
    .map((line): [string, unknown] => {
      const [, name = line, value] = /^--([^=]+)(?:=(.*))?$/.exec(line) ?? [];
      return [name, value ?? true];
    });
  const resolved = resolveTranslate({ flags: new Map(given), readConfigFile: () => '' });
  if (!resolved.ok) throw new Error(`${flags}: ${resolved.mistakes.join('\n')}`);
  return resolved.value;
}

/**
 * The objects of a scenario. A Secret with `generate: [names]` gets a certificate for these names and its key, made
 * now: no key is ever a file of the repository.
 */
async function inputOf(file: string): Promise<{ objects: RawObject[]; certificates: Map<string, string> }> {
  const text = readFileSync(file, 'utf8');
  if (/PRIVATE KEY|LS0tLS1/.test(text)) throw new Error(`${file} holds a key; write "generate: [names]"`);
  const { objects, problems } = readManifests(text, file);
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  const certificates = new Map<string, string>();
  const generated = objects.map(async ({ object }) => {
    const { generate, ...rest } = object;
    if (!Array.isArray(generate)) return object;
    const names = generate.map(String);
    const { certificate, key } = await selfSigned(names[0] ?? 'localhost', { names });
    const base64 = (pem: string) => Buffer.from(pem).toString('base64');
    certificates.set(certificate, `[certificate generated for ${names.join(', ')}]`);
    return { ...rest, data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) } };
  });
  return { objects: await Promise.all(generated), certificates };
}

/** Chains are shown in base64; what is inside a PEM armour is the same however it is wrapped. */
function withoutCertificates(text: string, certificates: ReadonlyMap<string, string>): string {
  const body = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  const known = new Map([...certificates].map(([pem, placeholder]) => [body(pem), placeholder]));
  return text.replaceAll(
    /[A-Za-z0-9+/]{200,}=*/g,
    (run) => known.get(body(Buffer.from(run, 'base64').toString())) ?? run,
  );
}
