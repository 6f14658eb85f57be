// Golden scenarios: a folder with objects and flags in, the translation and the graph out.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '@bufbuild/protobuf';
import { resolveTranslate, type TranslateConfig } from '../config/translate.ts';
import { formatProblem } from '../kube/manifests/problem.ts';
import { readManifests } from '../kube/manifests/read.ts';
import { dotOf, printTranslation, runOffline, translationOf } from '../offline.ts';
import type { RawObject } from '../store/events.ts';
import { selfSigned } from './certificates.ts';
import { isObject } from './raw.ts';

/** What a scenario must yield, by file name. */
export interface Outputs {
  /** The text of `translate -o yaml`, but for what of listeners is as without objects, and for certificates. */
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

/** What a scenario starts from. */
export interface Scenario {
  readonly objects: readonly RawObject[];
  readonly config: TranslateConfig;
  /** PEM that was made for it -> what stands for it in the outputs. */
  readonly certificates: ReadonlyMap<string, string>;
}

/** Certificates are made anew at every reading. */
export async function readScenario(directory: string): Promise<Scenario> {
  return {
    ...(await inputOf(join(directory, inputFile))),
    config: configOf(join(directory, flagsFile)),
  };
}

/** Runs a scenario; `reversed` delivers its objects from the last to the first. */
export async function runScenario(directory: string, options = { reversed: false }): Promise<Outputs> {
  const { objects, config, certificates } = await readScenario(directory);
  const pipeline = runOffline(options.reversed ? objects.toReversed() : objects, config.outcome);
  const { resources, statuses } = translationOf(pipeline, config);
  const usual = translationOf(runOffline([], configOf(undefined).outcome), config).resources.listeners;
  const listeners = objects.length === 0 ? resources.listeners : shortened(resources.listeners, usual);
  const text = printTranslation({ resources: { ...resources, listeners }, statuses }, 'yaml');
  return { 'out.yaml': withoutCertificates(text, certificates), 'out.dot': dotOf(pipeline) };
}

const asUsual = 'the same as in empty/out.yaml';

/** Listeners, and in others filter chains, that are as without objects are only named. */
function shortened(listeners: readonly JsonValue[], usual: readonly JsonValue[]): readonly JsonValue[] {
  if (JSON.stringify(listeners) === JSON.stringify(usual)) return [asUsual];
  const known = new Set([...usual, ...usual.flatMap(chainsOf)].map((value) => JSON.stringify(value)));
  const orUsual = (value: JsonValue) => (known.has(JSON.stringify(value)) ? asUsual : value);
  return listeners.map((listener) =>
    orUsual(listener) === asUsual || !isObject(listener)
      ? asUsual
      : { ...listener, filterChains: chainsOf(listener).map(orUsual) },
  );
}

const chainsOf = (listener: JsonValue): readonly JsonValue[] =>
  isObject(listener) && Array.isArray(listener.filterChains) ? listener.filterChains : [];

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
 * now: no key is ever a file of the repository. With `generateKeyOf: [names]` beside it the key is that of another
 * certificate.
 */
async function inputOf(file: string): Promise<{ objects: RawObject[]; certificates: Map<string, string> }> {
  const text = readFileSync(file, 'utf8');
  if (holdsKey(text)) throw new Error(`${file} holds a key; write "generate: [names]"`);
  const { objects, problems } = readManifests(text, file);
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  const certificates = new Map<string, string>();
  const generated = objects.map(async ({ object }) => {
    const { generate, generateKeyOf, ...rest } = object;
    if (!Array.isArray(generate)) return object;
    const names = generate.map(String);
    const { certificate, key } = await selfSigned(names[0] ?? 'localhost', { names });
    const other = Array.isArray(generateKeyOf) ? await selfSigned(String(generateKeyOf[0])) : undefined;
    certificates.set(certificate, `[certificate generated for ${names.join(', ')}]`);
    return { ...rest, data: { 'tls.crt': base64(certificate), 'tls.key': base64(other?.key ?? key) } };
  });
  return { objects: await Promise.all(generated), certificates };
}

/** In clear or in base64. */
function holdsKey(text: string): boolean {
  const decoded = (text.match(/[A-Za-z0-9+/]{40,}/g) ?? []).map((run) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
  return [text, ...decoded].some((each) => each.includes('PRIVATE KEY'));
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Chains are shown in base64; what is inside a PEM armour is the same however it is wrapped. */
function withoutCertificates(text: string, certificates: ReadonlyMap<string, string>): string {
  const body = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  const known = new Map([...certificates].map(([pem, placeholder]) => [body(pem), placeholder]));
  return text.replaceAll(
    /[A-Za-z0-9+/]{200,}=*/g,
    (run) => known.get(body(Buffer.from(run, 'base64').toString())) ?? run,
  );
}
