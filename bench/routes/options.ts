// The command line of the scale benchmark.
import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  /** Routes in the cluster, one size after the other. */
  readonly sizes: readonly number[];
  /** Operations of each kind. */
  readonly operations: number;
  /** Every host has a Secret of its own and is asked for over TLS. */
  readonly tls: boolean;
  /** Binary of the control plane to compare with. */
  readonly peer: string | undefined;
  /** Its CustomResourceDefinitions; undefined: those of peer-crds.ts. */
  readonly peerCrds: string | undefined;
  /** Folder for the results. */
  readonly out: string;
  /** Folder for CPU profiles of our control plane; undefined: it runs without a profiler. */
  readonly profile: string | undefined;
  /** Path of an Envoy binary. */
  readonly envoy: string;
  /** Folder with etcd and kube-apiserver. */
  readonly kubernetes: string;
}

/** What the command line asks for. */
export type Parsed =
  | { readonly kind: 'help' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] }
  | { readonly kind: 'options'; readonly options: Options };

export const helpText = `npm run bench -- [routes] [FLAG...]

  --routes N,N,...     routes in the cluster, one size after the other (default 1000,5000)
  --ops N              operations of each kind, one at a time (default 30)
  --tls                a Secret for every host, a new handshake for every request
  --peer PATH          measure this binary of Contour as well, on HTTPProxy objects, and print ratios
  --peer-crds FILE     its CustomResourceDefinitions (default: minimal ones of the benchmark)
  --out DIR            where routes-plain.json and .svg (routes-tls.* with --tls) go (default bench/results)
  --profile DIR        write a V8 CPU profile of each run of our control plane
`;

/** The most that fits the API server's paging and a run of some minutes. */
const most = { routes: 50_000, operations: 1000 };

/** Reads flags and the two paths that set-up leaves in the environment; all mistakes at once. */
export function parseOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Parsed {
  let values: ReturnType<typeof read>;
  try {
    values = read(argv);
  } catch (error) {
    return { kind: 'mistakes', mistakes: [`${error instanceof Error ? error.message : String(error)}`] };
  }
  if (values.help) return { kind: 'help' };
  const options: Options = {
    sizes: [...new Set(values.routes.split(',').map(Number))].sort((a, b) => a - b),
    operations: Number(values.ops),
    tls: values.tls,
    peer: values.peer === undefined ? undefined : resolve(values.peer),
    peerCrds: values['peer-crds'] === undefined ? undefined : resolve(values['peer-crds']),
    out: values.out === undefined ? join(import.meta.dirname, '../results') : resolve(values.out),
    profile: values.profile === undefined ? undefined : resolve(values.profile),
    envoy: environment.ENVOY ?? '',
    kubernetes: environment.KUBERNETES_BIN ?? '',
  };
  const mistakes = mistakesOf(options);
  return mistakes.length === 0 ? { kind: 'options', options } : { kind: 'mistakes', mistakes };
}

function read(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      routes: { type: 'string', default: '1000,5000' },
      ops: { type: 'string', default: '30' },
      tls: { type: 'boolean', default: false },
      peer: { type: 'string' },
      'peer-crds': { type: 'string' },
      out: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function mistakesOf(options: Options): string[] {
  const within = (value: number, limit: number) => Number.isInteger(value) && value >= 1 && value <= limit;
  const mistakes: string[] = [];
  if (!options.sizes.every((size) => within(size, most.routes)))
    mistakes.push(`--routes takes whole numbers from 1 to ${most.routes}, separated by commas`);
  if (!within(options.operations, most.operations))
    mistakes.push(`--ops takes a whole number from 1 to ${most.operations}`);
  if (options.peer !== undefined && !isProgram(options.peer))
    mistakes.push(`--peer: ${options.peer} is no program that may be run`);
  if (options.peerCrds !== undefined && options.peer === undefined)
    mistakes.push('--peer-crds is of use with --peer only');
  const programs = {
    'set ENVOY to the path of an Envoy binary': options.envoy,
    'set KUBERNETES_BIN to the folder of etcd and kube-apiserver': join(options.kubernetes, 'kube-apiserver'),
  };
  for (const [remedy, path] of Object.entries(programs))
    if (!isProgram(path)) mistakes.push(`${remedy}, or start with \`npm run bench\`, which does`);
  return mistakes;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
