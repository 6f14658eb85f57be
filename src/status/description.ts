// The sentence by which a status and an Event begin: what is wrong first of all, and with which route.
import type { Verdict } from '../dag/model.ts';
import type { problems } from '../dag/problems.ts';

/** Codes of problems of a route whose wording is fixed by the API, from its first character to its last. */
const fixed: ReadonlySet<string> = new Set<keyof typeof problems>(['DelegationCycle']);

/** `route "/blog": ` and the verdict's description, if that is a problem of one route and doesn't name it. */
export function describe({
  description,
  problems: [first],
}: Pick<Verdict, 'description' | 'problems'>): string {
  if (first?.route === undefined || first.message !== description || fixed.has(first.code))
    return description;
  const route = `"${first.route}"`;
  return description.includes(route) ? description : `route ${route}: ${description}`;
}
