// A smaller world that still disagrees: objects are left out one by one, then their routes, rules and paths.
import type { WorldObject } from './objects.ts';

/** The world with one thing less, for each thing that can be left out. */
export function* smaller(world: readonly WorldObject[]): Generator<WorldObject[]> {
  for (const object of world) yield world.filter((other) => other !== object);
  for (const object of world) {
    for (const less of lesserObjects(object)) yield world.map((other) => (other === object ? less : other));
  }
}

function lesserObjects(object: WorldObject): readonly WorldObject[] {
  if (object.kind === 'IngressRoute') {
    return without(object.spec.routes).map((routes) => ({ ...object, spec: { ...object.spec, routes } }));
  }
  if (object.kind !== 'Ingress') return [];
  const { rules } = object.spec;
  const fewerRules = without(rules);
  const fewerPaths = rules.flatMap((rule) =>
    without(rule.http.paths)
      .filter((paths) => paths.length > 0)
      .map((paths) => rules.map((other) => (other === rule ? { ...rule, http: { paths } } : other))),
  );
  return [...fewerRules, ...fewerPaths].map((rules) => ({ ...object, spec: { ...object.spec, rules } }));
}

const without = <T>(items: readonly T[]): T[][] =>
  items.map((item) => items.filter((other) => other !== item));

/** Goes on as long as a smaller world still disagrees, with at most `budget` tries. */
export async function shrink(
  world: readonly WorldObject[],
  disagrees: (world: readonly WorldObject[]) => Promise<boolean>,
  budget: number,
): Promise<readonly WorldObject[]> {
  let best = world;
  for (let left = budget; left > 0; ) {
    let found: readonly WorldObject[] | undefined;
    for (const candidate of smaller(best)) {
      if (left-- <= 0) break;
      if (await disagrees(candidate)) {
        found = candidate;
        break;
      }
    }
    if (found === undefined) break;
    best = found;
  }
  return best;
}
