// Fields of an IngressRoute that are accepted and not built yet: which can be ignored, and what fails because of others.
import type { IngressRoute } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';

/** Fields that change how well a request is served, not by what or to whom. Any other fails what it stands in. */
const ignorable = new Set(['timeoutPolicy', 'retryPolicy', 'healthCheck', 'strategy']);
/** Told by `root.ts`, which knows the value. */
const versionField = 'spec.virtualhost.tls.minimumProtocolVersion';

export interface Unsupported {
  /** Problems of the object as a whole; an error fails it. */
  readonly object: readonly Problem[];
  /** Problems of single routes by their index. */
  readonly routes: ReadonlyMap<number, readonly Problem[]>;
}

export function unsupportedFields(object: IngressRoute): Unsupported {
  const whole: Problem[] = [];
  const routes = new Map<number, Problem[]>();
  for (const path of object.unsupported) {
    if (path === versionField) continue;
    const index = Number(/^spec\.routes\[(\d+)\]/.exec(path)?.[1] ?? -1);
    const match = object.routes[index]?.match;
    const field = path.slice(path.lastIndexOf('.') + 1);
    const problem = ignorable.has(field)
      ? problems.FieldIgnored(path, match)
      : problems.FieldUnsupported(path, match);
    if (match === undefined) whole.push(problem);
    else routes.set(index, [...(routes.get(index) ?? []), problem]);
  }
  return { object: whole, routes };
}
