// What a mistake may touch: the objects of a scenario with and without the piece that is wrong, compared resource by
// resource. The piece is the problem's route, or the whole object if the problem has none: nothing has to be marked.
import assert from 'node:assert/strict';
import type { Verdict } from '../dag/model.ts';
import type { Problem } from '../dag/problems.ts';
import type { RenderedResources } from '../envoy/json.ts';
import { resourceTypes } from '../envoy/types.ts';
import { runOffline, translationOf } from '../offline.ts';
import type { Pipeline } from '../pipeline.ts';
import type { RawObject } from '../store/events.ts';
import type { Scenario } from './golden.ts';
import { isObject, type Json, objectAt, objectsAt, textAt } from './raw.ts';

/** A problem and the object that it is told to. */
export interface Finding {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly problem: Problem;
}

/** Everything that a scenario finds wrong. */
export function findingsOf({ objects, config }: Scenario): readonly Finding[] {
  const { statuses } = translationOf(runOffline(objects, config.outcome), config);
  return statuses.flatMap(({ kind, namespace, name, problems }) =>
    problems.map((problem) => ({ kind, namespace, name, problem })),
  );
}

/**
 * Fails if the bad piece of a finding changes anything beside itself. Of hosts that the object has no part in, and of
 * clusters, endpoints and secrets, every byte is the same; on its own hosts every other route is, in the same order.
 */
export function assertContained({ objects, config }: Scenario, finding: Finding): void {
  const before = runOffline(objects, config.outcome);
  const after = runOffline(without(objects, finding), config.outcome);
  const hosts = hostsOf(before, objects, finding);
  sameBytes(before, after, hosts);
  const [bad, good] = [before, after].map((pipeline) => translationOf(pipeline, config).resources);
  assert.ok(bad && good);
  sameListeners(bad, good, hosts);
  const prefixes = prefixesOf(before, finding);
  for (const listener of ['http', 'https'])
    for (const host of hosts) sameRoutes(bad, good, { scope: `${listener}/${host}`, prefixes });
}

/** Resources by type and name; scopes of the object's hosts and listeners are looked at apart. */
function bytesOf(pipeline: Pipeline, hosts: ReadonlySet<string>): Map<string, string> {
  const all = new Map<string, string>();
  for (const { url } of resourceTypes) {
    if (url.endsWith('.Listener')) continue;
    for (const name of pipeline.cache.names(url)) {
      const host = url.endsWith('.ScopedRouteConfiguration') ? name.slice(name.indexOf('/') + 1) : '';
      const bytes = pipeline.cache.get(url, name)?.bytes;
      if (bytes !== undefined && !hosts.has(host))
        all.set(`${url} ${name}`, Buffer.from(bytes).toString('hex'));
    }
  }
  return all;
}

/** What only the bad piece names (clusters, endpoints, certificates) goes with it; nothing comes or changes. */
function sameBytes(before: Pipeline, after: Pipeline, hosts: ReadonlySet<string>): void {
  const bad = bytesOf(before, hosts);
  for (const [name, bytes] of bytesOf(after, hosts)) {
    assert.equal(bad.get(name), bytes, name);
    bad.delete(name);
  }
  const scopes = [...bad.keys()].filter((name) => name.includes('ScopedRouteConfiguration'));
  assert.deepEqual(scopes, [], 'a scope of a host that the object has no part in');
}

/** Filter chains of other hosts are the same, and so is all else. */
function sameListeners(bad: RenderedResources, good: RenderedResources, hosts: ReadonlySet<string>): void {
  const others = ({ listeners }: RenderedResources) =>
    objectsAt({ listeners }, 'listeners').map((listener) => ({
      ...listener,
      filterChains: objectsAt(listener, 'filterChains').filter((chain) => !isChainOf(chain, hosts)),
    }));
  assert.deepEqual(others(bad), others(good));
}

function isChainOf(chain: Json, hosts: ReadonlySet<string>): boolean {
  const names = objectAt(chain, 'filterChainMatch')?.serverNames;
  return Array.isArray(names) && names.some((name) => hosts.has(String(name)));
}

interface Place {
  readonly scope: string;
  /** Where the bad piece begins. */
  readonly prefixes: readonly string[];
}

/**
 * Every good route is there, with the same bytes and in the same order; what is more lies under the bad piece's
 * prefix. At that prefix itself a 503 of the object that delegates may take the piece's place.
 */
function sameRoutes(bad: RenderedResources, good: RenderedResources, { scope, prefixes }: Place): void {
  const all = routesOf(bad, scope);
  const expected = routesOf(good, scope)
    .filter((route) => !prefixes.includes(pathOf(route)))
    .map((route) => JSON.stringify(route));
  if (all.length === 0 || expected.length === 0) return;
  const kept = new Set(expected);
  const shared = all.map((route) => JSON.stringify(route)).filter((route) => kept.has(route));
  assert.deepEqual(shared, expected, scope);
  for (const path of all.filter((route) => !kept.has(JSON.stringify(route))).map(pathOf))
    assert.ok(
      prefixes.some((prefix) => path.startsWith(prefix)),
      `${scope}: ${path} is no part of ${prefixes}`,
    );
}

/** Routes are named by their object and path; the last one of a scope, which has none, is `HOST/404`. */
const pathOf = (route: Json): string => (textAt(route, 'name') ?? '').split(' ')[1] ?? '';

function routesOf({ scopedRoutes }: RenderedResources, name: string): readonly Json[] {
  const scope = objectsAt({ scopedRoutes }, 'scopedRoutes').find((each) => textAt(each, 'name') === name);
  const configuration = scope && objectAt(scope, 'routeConfiguration');
  return configuration
    ? objectsAt(configuration, 'virtualHosts').flatMap((host) => objectsAt(host, 'routes'))
    : [];
}

/** The problem's route, or by which prefixes the object is reached; of a root and an Ingress everything. */
function prefixesOf(pipeline: Pipeline, finding: Finding): readonly string[] {
  if (finding.problem.route !== undefined) return [finding.problem.route];
  const reached = verdictsOf(pipeline, finding).flatMap(({ reachedFrom }) => reachedFrom);
  return reached.length > 0 ? reached.map(({ prefix }) => prefix) : [''];
}

const verdictsOf = (pipeline: Pipeline, { kind, namespace, name }: Finding): readonly Verdict[] =>
  [...pipeline.graph.verdicts()]
    .filter(([key]) => key === `${kind}/${namespace}/${name}`)
    .map(([, verdict]) => verdict);

/** Hosts that the object claims or is reached from. */
function hostsOf(pipeline: Pipeline, objects: readonly RawObject[], finding: Finding): ReadonlySet<string> {
  const hosts = new Set<string>();
  for (const { reachedFrom } of verdictsOf(pipeline, finding))
    for (const { fqdn } of reachedFrom) hosts.add(fqdn);
  for (const object of objects) {
    const spec = objectAt(object, 'spec');
    if (!isAbout(object, finding) || spec === undefined) continue;
    const virtualhost = objectAt(spec, 'virtualhost');
    if (virtualhost) hosts.add((textAt(virtualhost, 'fqdn') ?? '').toLowerCase());
    for (const rule of objectsAt(spec, 'rules')) hosts.add(textAt(rule, 'host') ?? '*');
    if (spec.defaultBackend) hosts.add('*');
  }
  return hosts;
}

function isAbout(object: RawObject, { kind, namespace, name }: Finding): boolean {
  const metadata = objectAt(object, 'metadata');
  return object.kind === kind && metadata?.namespace === namespace && metadata.name === name;
}

/** The objects without the piece. */
export const without = (objects: readonly RawObject[], finding: Finding): readonly RawObject[] =>
  objects.flatMap((object) => {
    if (!isAbout(object, finding)) return [object];
    const { route } = finding.problem;
    return route === undefined ? [] : [withoutRoute(object, route)];
  });

/** Of several routes with the path the last one stays if the others are what is wrong. */
function withoutRoute(object: RawObject, route: string): RawObject {
  const spec = objectAt(object, 'spec');
  if (spec === undefined) return object;
  if (object.kind === 'IngressRoute')
    return { ...object, spec: { ...spec, routes: drop(objectsAt(spec, 'routes'), 'match', route) } };
  const rules = objectsAt(spec, 'rules').map((rule) => {
    const http = objectAt(rule, 'http');
    return http ? { ...rule, http: { ...http, paths: drop(objectsAt(http, 'paths'), 'path', route) } } : rule;
  });
  return { ...object, spec: { ...spec, rules } };
}

function drop(list: readonly Json[], field: string, value: string): readonly unknown[] {
  const same = (entry: unknown) =>
    isObject(entry) && (textAt(entry, field) ?? '').replace(/(.)\/$/, '$1') === value.replace(/(.)\/$/, '$1');
  const found = list.filter(same);
  const last = found.length > 1 ? found.at(-1) : undefined;
  return list.filter((entry) => !same(entry) || entry === last);
}
