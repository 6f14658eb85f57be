// The sentence that stands for a problem where there is room for one: what is wrong, and with which route.
import type { Problem, problems } from './problems.ts';

/** Codes of problems of a route whose wording is fixed by the API, from its first character to its last. */
const fixed: ReadonlySet<string> = new Set<keyof typeof problems>(['DelegationCycle']);

/** The message, behind `route "/blog": ` if the problem is one of a route and doesn't name it. */
export function sentenceOf({ code, message, route }: Problem): string {
  if (route === undefined || fixed.has(code)) return message;
  const named = `"${route}"`;
  return message.includes(named) ? message : `route ${named}: ${message}`;
}
