// What is wrong with an Ingress by itself, whichever of its hosts is looked at.
import { ruleHost } from '../host-name.ts';
import type { Ingress } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { annotationProblems } from './annotations.ts';

/** Needs no other object. What can't be read is left out; the rest is served. */
export function ingressProblems(ingress: Ingress): readonly Problem[] {
  const wrongHosts = ingress.rules.filter(({ host }) => ruleHost(host) === undefined);
  return [
    ...ingress.malformed.map(({ path, message }) => problems.MalformedField(path, message)),
    ...wrongHosts.map(({ host }) => problems.HostInvalid(host)),
    ...annotationProblems(ingress),
  ];
}
