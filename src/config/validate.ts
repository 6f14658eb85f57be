// Configuration of `contour validate`.
import { closest } from '../runtime/closest.ts';
import type { Values } from './flag.ts';
import { outcomeFlags, validateFlags } from './flags.ts';
import { type OutcomeConfig, outcomeOf } from './outcome.ts';
import { type Given, type Resolved, resolved, resolveFlags } from './resolve.ts';

/** Where the cluster is. */
export type ClusterPlace =
  | { readonly kind: 'kubeconfig'; readonly path: string }
  | { readonly kind: 'incluster' };

export interface ValidateConfig {
  readonly outcome: OutcomeConfig;
  readonly output: 'table' | 'json';
  /** Warnings and orphaned objects make the command fail, too. */
  readonly strict: boolean;
  /** Codes of problems that are left out. */
  readonly ignored: readonly string[];
  /** Of objects that say none; undefined: that of the cluster's context, or `default`. */
  readonly namespace: string | undefined;
  /** Undefined: the files are judged by themselves. */
  readonly cluster: ClusterPlace | undefined;
}

export interface ValidateSurroundings {
  /** All codes that problems can have. */
  readonly codes: readonly string[];
  /** What kubectl reads by default, as `kubeconfigFiles` finds it. */
  readonly kubeconfigs: readonly string[];
}

/** All mistakes at once, each with its remedy. */
export function resolveValidate(given: Given, around: ValidateSurroundings): Resolved<ValidateConfig> {
  const { values, mistakes } = resolveFlags(validateFlags, given);
  const cluster = clusterOf(values, around.kubeconfigs, mistakes);
  const defaults = resolveFlags(outcomeFlags, { ...given, flags: new Map() }).values;
  const from = cluster === undefined ? 'manifests' : 'cluster';
  const config: ValidateConfig = {
    outcome: outcomeOf({ ...defaults, ...values }, mistakes, { from }),
    output: values.output,
    strict: values.strict,
    ignored: codesOf(values.ignore, around.codes, mistakes),
    namespace: values.namespace,
    cluster,
  };
  return resolved(config, mistakes);
}

function clusterOf(
  flags: Values<typeof validateFlags>,
  kubeconfigs: readonly string[],
  mistakes: string[],
): ClusterPlace | undefined {
  const { kubeconfig, incluster, 'against-cluster': against } = flags;
  if (!against) {
    const unread = kubeconfig !== undefined ? '--kubeconfig' : incluster ? '--incluster' : undefined;
    if (unread !== undefined) mistakes.push(`${unread} says which cluster; add --against-cluster to read it`);
    return undefined;
  }
  if (kubeconfig !== undefined && incluster)
    mistakes.push('--kubeconfig and --incluster are different clusters; give one of them');
  if (incluster) return { kind: 'incluster' };
  if (kubeconfig !== undefined) return { kind: 'kubeconfig', path: kubeconfig };
  const [first = '', ...others] = kubeconfigs;
  if (others.length > 0)
    mistakes.push(
      'KUBECONFIG names several files, which are not merged; name one with --kubeconfig (kubectl config view --flatten --minify prints one)',
    );
  return { kind: 'kubeconfig', path: first };
}

function codesOf(given: readonly string[], known: readonly string[], mistakes: string[]): string[] {
  const codes = given.flatMap((list) => list.split(',')).map((code) => code.trim());
  const wanted = [...new Set(codes.filter((code) => code !== ''))];
  for (const code of wanted.filter((one) => !known.includes(one))) {
    const near = closest(code, known);
    const remedy = near === undefined ? 'docs/problems.md lists them' : `did you mean ${near}?`;
    mistakes.push(`--ignore: there is no problem ${JSON.stringify(code.slice(0, 100))}; ${remedy}`);
  }
  return wanted;
}
