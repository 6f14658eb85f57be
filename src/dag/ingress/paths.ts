// An Ingress's rules for one host -> matches and backends.
import { defaultHost } from '../host-name.ts';
import type { PathMatch } from '../model.ts';
import type { Ingress, IngressBackend, IngressPath } from '../objects.ts';
import { impossiblePath } from '../path.ts';
import { type Problem, problems } from '../problems.ts';
import type { ByHost } from './hosts.ts';
import { regexMistake } from './regex.ts';

export interface PathRule {
  readonly match: PathMatch;
  /** The path as it stands in the object. */
  readonly written: string;
  readonly backend: IngressBackend | undefined;
}

/** Characters that make a path of type ImplementationSpecific a regular expression. */
const metacharacters = /[\^$*+?()[\]{}|\\]/;

/**
 * In the order in which they are written, the default backend (host `*`, path `/`) first: of equal paths in one
 * object the last has an effect. A rule without paths sends its whole host to the default backend.
 */
export function pathRules(
  { defaultBackend }: Ingress,
  { rules: byHost }: ByHost,
  host: string,
  found: Problem[],
): readonly PathRule[] {
  const rules: PathRule[] = [];
  const whole: PathRule = { match: { kind: 'prefix', path: '/' }, written: '/', backend: defaultBackend };
  if (defaultBackend && host === defaultHost) rules.push(whole);
  for (const rule of byHost.get(host) ?? []) {
    if (defaultBackend && rule.paths.length === 0) rules.push(whole);
    for (const path of rule.paths) {
      const match = matchOf(path);
      if ('code' in match) found.push(match);
      else rules.push({ match, written: path.path, backend: path.backend });
    }
  }
  return rules;
}

/** Kubernetes ignores a slash at the end of a path of type Prefix. */
function matchOf({ path, pathType }: IngressPath): PathMatch | Problem {
  if (pathType === 'ImplementationSpecific' && metacharacters.test(path)) return regex(path);
  const impossible = impossiblePath(path);
  if (impossible !== undefined) return problems.MatchInvalid(path, impossible);
  if (pathType === 'Exact') return { kind: 'exact', path };
  return { kind: 'prefix', path: pathType === 'Prefix' && path.length > 1 ? path.replace(/\/$/, '') : path };
}

function regex(path: string): PathMatch | Problem {
  const mistake = regexMistake(path);
  return mistake === undefined ? { kind: 'regex', path } : problems.RegexInvalid(path, mistake);
}
