// The rules of the house: which folder may import which, and what only certain files may do. Each rule is a function
// from a source to its mistakes.
import { codeOf, type Import, importsOf, type Source } from './imports.ts';

export type Rule = (source: Source) => string[];

interface Folder {
  /** Folders or files whose values and types it may import, besides its own. */
  readonly values: readonly string[];
  /** What it may import types of. */
  readonly types?: readonly string[];
  /** Packages that it may import; undefined: any. A name stands for its subpaths, too. */
  readonly packages?: readonly string[];
}

const messages = ['@bufbuild/protobuf', '@envoyproxy/protos'];

/** Imports go one way: commands, the pipeline, its stages, runtime. dag, envoy and the xDS machine are pure. */
const folders: Readonly<Record<string, Folder>> = {
  runtime: { values: [] },
  dag: { values: ['runtime/closest.ts'], types: ['runtime'], packages: ['node:crypto', 'zod'] },
  envoy: { values: ['dag', 'xds/resource.ts'], packages: ['node:crypto', ...messages] },
  xds: { values: ['runtime'], packages: ['node:crypto'] },
  store: { values: ['dag', 'runtime'] },
  kube: { values: ['store', 'dag', 'runtime'] },
  status: { values: ['kube', 'dag', 'runtime'], types: ['store'] },
  certificates: { values: ['kube', 'runtime'], types: ['store'] },
  validate: {
    values: ['dag', 'offline.ts', 'ops/terminal.ts', 'ops/terminal-text.ts'],
    types: ['store', 'pipeline.ts'],
    packages: ['node:crypto'],
  },
  ops: { values: ['dag', 'runtime'], types: ['kube', 'store', 'status', 'xds'] },
  config: { values: ['runtime'], types: ['dag', 'envoy', 'store', 'xds'] },
};

/** Where the xDS machine meets the wire. */
const xdsRim = ['src/xds/server.ts', 'src/xds/codec.ts'];
const rimPackages = ['@grpc/grpc-js', ...messages];

/** Only the pipeline puts the stages together. */
const stages = ['src/dag/graph.ts', 'src/envoy/translate.ts', 'src/store/store.ts', 'src/xds/cache.ts'];
const pipeline = 'src/pipeline.ts';
const pipelineLines = 120;

const direction: Rule = (source) => {
  const folder = folderOf(source.path);
  const allowed = folders[folder];
  return importsOf(source)
    .filter((found) => found.own && folderOf(found.target) !== folder)
    .filter((found) => !mayImport(allowed, found) || isUpward(source.path, found.target))
    .map(
      (found) => `${source.path} must not import ${found.target}${found.typeOnly ? ' (not even types)' : ''}`,
    );
};

const purity: Rule = (source) => {
  const packages = folders[folderOf(source.path)]?.packages;
  if (packages === undefined) return [];
  const allowed = xdsRim.includes(source.path) ? [...packages, ...rimPackages] : packages;
  return importsOf(source)
    .filter((found) => !found.own && !allowed.some((name) => lies(found.target, name)))
    .map((found) => `${source.path} is pure and must not import ${found.target}`);
};

const wiring: Rule = (source) => {
  if (source.path === pipeline) {
    const lines = source.text.trimEnd().split('\n').length;
    return lines < pipelineLines ? [] : [`${pipeline} has ${lines} lines and no longer fits one screen`];
  }
  return importsOf(source)
    .filter((found) => !found.typeOnly && stages.includes(found.target))
    .filter((found) => folderOf(found.target) !== folderOf(source.path))
    .map((found) => `${source.path} wires ${found.target}; only ${pipeline} does`);
};

/** Text that only certain files may have. */
const reserved: readonly { readonly pattern: RegExp; readonly only: RegExp; readonly what: string }[] = [
  { pattern: /\bprocess\s*\.\s*exit(Code)?\b/, only: /^src\/main\.ts$/, what: 'ends the process' },
  {
    pattern: /\bprocess\s*\.\s*env\b|\benv\b[^=\n]*\}\s*=\s*process\b|['"](node:)?process['"]/,
    only: /^src\/config\//,
    what: 'reads the environment',
  },
  {
    pattern:
      /(?<![.\w])(Date\s*\.\s*now|performance\s*\.\s*now|set(Timeout|Interval|Immediate))\b|\bnew Date\(\s*\)|['"]node:timers/,
    only: /^src\/runtime\/clock\.ts$/,
    what: 'touches time past the clock',
  },
  { pattern: /\bMath\s*\.\s*random\b/, only: /^$/, what: 'draws random numbers of its own' },
  {
    pattern: /\bconsole\s*\./,
    only: /^src\/(main\.ts|commands\/|ops\/terminal)/,
    what: 'prints by itself',
  },
];

const reservations: Rule = (source) => {
  const code = codeOf(source.text);
  return reserved
    .filter(({ pattern, only }) => pattern.test(code) && !only.test(source.path))
    .map(({ what }) => `${source.path} ${what}`);
};

/** Without it, a new member of a union would fall into the default silently. */
const exhaustiveness: Rule = (source) => {
  const defaults = codeOf(source.text).matchAll(/(?<=^|[{};])\s*default\s*:\s*\{?\s*(?<next>[^\n]*)/gm);
  return [...defaults]
    .filter(({ groups }) => !/\bunreachable\(/.test(groups?.next ?? ''))
    .map(() => `${source.path} has a default: without unreachable()`);
};

/** All rules for what ships; tests and src/testing are free of them. */
export const rules = { direction, purity, wiring, reservations, exhaustiveness } satisfies Record<
  string,
  Rule
>;

// Put together here, so that this file names none of them.
const registryHosts = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['pypi', 'org'],
  ['pythonhosted', 'org'],
  ['proxy', 'golang', 'org'],
  ['sum', 'golang', 'org'],
  ['crates', 'io'],
  ['repo', 'maven', 'apache', 'org'],
  ['deb', 'debian', 'org'],
].map((labels) => labels.join('.'));

/** Hosts of package registries: clients know their own, and mirrors must work. */
export const registries: Rule = ({ path, text }) =>
  registryHosts
    .filter((host) => text.includes(host))
    .map((host) => `${path} names the package registry ${host}`);

/** `src/dag/host.ts` → `dag`; a file of src itself is its own folder. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function mayImport(allowed: Folder | undefined, { target, typeOnly }: Import): boolean {
  if (allowed === undefined) return true;
  const within = (places: readonly string[]) => places.some((place) => lies(target, `src/${place}`));
  return within(allowed.values) || (typeOnly && within(allowed.types ?? []));
}

/** Test helpers never ship, and nothing but main.ts starts commands. */
function isUpward(from: string, target: string): boolean {
  if (/(^|\/)testing\//.test(target)) return true;
  return lies(target, 'src/commands') && from !== 'src/main.ts';
}

const lies = (target: string, place: string): boolean => target === place || target.startsWith(`${place}/`);
