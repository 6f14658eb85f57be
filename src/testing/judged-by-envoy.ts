// Many resources, judged by Envoy at once; what it refuses is found by halves and named.
import { validate } from '../envoy/testing/validate.ts';
import { resourceTypes } from '../envoy/types.ts';
import type { Cache } from '../xds/cache.ts';
import type { Resource } from '../xds/resource.ts';
import { staticConfig } from './static-config.ts';

export interface Made {
  /** Where it comes from, to be told. */
  readonly origin: string;
  readonly resource: Resource;
}

export const resourcesIn = (cache: Cache): readonly Resource[] =>
  resourceTypes.flatMap(({ url }) =>
    [...cache.names(url)]
      .map((name) => cache.get(url, name))
      .filter((resource): resource is Resource => resource !== undefined),
  );

/** `ORIGIN: TYPE NAME: Envoy's words`, for each that Envoy refuses. */
export async function refusedByEnvoy(made: readonly Made[]): Promise<readonly string[]> {
  const words = await validate(() => staticConfig(made.map(({ resource }) => resource))).then(
    () => undefined,
    (error) => {
      if (typeof error.code !== 'number') throw error; // Envoy didn't run.
      return String(error.stderr);
    },
  );
  if (words === undefined) return [];
  const [first] = made;
  if (first === undefined || made.length === 1)
    return [`${first?.origin}: ${first?.resource.type} ${first?.resource.name}: ${words}`];
  const half = made.length >> 1;
  const found = [...(await refusedByEnvoy(made.slice(0, half))), ...(await refusedByEnvoy(made.slice(half)))];
  return found.length > 0 ? found : [`only together: ${words}`];
}
