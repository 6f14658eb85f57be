// What the Ingresses of a host make of paths, and which certificate they give it.
import { usableCertificate } from './certificates.ts';
import { everyHost } from './claims.ts';
import type { Ingress, IngressPath, WorldObject } from './objects.ts';
import { backendOf, fails, type Rule } from './tables.ts';

/** A rule, and what becomes of it on the plain listener. */
export interface Entry extends Rule {
  readonly plain: 'served' | 'redirected' | 'unavailable';
}

/** The same path, compared in the same way. */
export const sameMatch = (a: Rule, b: Rule): boolean =>
  a.path === b.path && a.kind.replace('string-', '') === b.kind.replace('string-', '');

/** Same path: the oldest wins, in one object the last. The Ingresses come oldest first. */
export function ingressEntries(
  objects: readonly WorldObject[],
  ingresses: readonly Ingress[],
  host: string,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (const ingress of ingresses) {
    const own = pathsOf(ingress, host).map((path) => entryOf(objects, ingress, path));
    const effective = own.filter(
      (entry, index) => !own.slice(index + 1).some((later) => sameMatch(later, entry)),
    );
    entries.push(...effective.filter((entry) => !entries.some((older) => sameMatch(older, entry))));
  }
  return entries;
}

function pathsOf({ spec }: Ingress, host: string): readonly IngressPath[] {
  const paths = spec.rules
    .filter((rule) => (rule.host?.toLowerCase() ?? everyHost) === host)
    .flatMap(({ http }) => http.paths);
  const backend = spec.defaultBackend;
  if (host !== everyHost || backend === undefined) return paths;
  return [{ path: '/', pathType: 'Prefix', backend }, ...paths];
}

function entryOf(
  objects: readonly WorldObject[],
  { metadata }: Ingress,
  { path, pathType, backend }: IngressPath,
): Entry {
  const share = backendOf(objects, metadata.namespace, backend.service.name, backend.service.port.number);
  const rule: Rule = {
    ...matchOf(path, pathType),
    shares: [share],
    prefixRewrite: undefined,
    permitInsecure: false,
  };
  return { ...rule, plain: fails(rule) ? 'served' : onPlain(metadata.annotations ?? {}) };
}

/** A path that is kept off the plain listener is there all the same: no other route may have its requests. */
function onPlain(annotations: Readonly<Record<string, string>>): Entry['plain'] {
  if (annotations['kubernetes.io/ingress.allow-http'] === 'false') return 'unavailable';
  return annotations['ingress.kubernetes.io/force-ssl-redirect'] === 'true' ? 'redirected' : 'served';
}

/** Kubernetes compares a Prefix by its elements, so `/a/` takes `/a`; other prefixes are taken as they are. */
function matchOf(path: string, pathType: IngressPath['pathType']): Pick<Rule, 'kind' | 'path'> {
  if (pathType === 'Exact') return { kind: 'exact', path };
  if (pathType === 'Prefix') return { kind: 'prefix', path: path.replace(/(?<=.)\/$/, '') };
  return { kind: /[()[\]*+^$|{}\\]/.test(path) ? 'regex' : 'prefix', path };
}

/** A host over TLS: served, or a TLS host that can't be served; undefined: no TLS host. */
export type OverTls = 'served' | 'unusable' | undefined;

/** The first namespace that names a Secret (the owner's, then by age) decides: no other stands in for a broken one. */
export function ingressTls(
  objects: readonly WorldObject[],
  ingresses: readonly Ingress[],
  host: string,
  owner: string,
): OverTls {
  const wishes = ingresses.flatMap(({ metadata, spec }) => {
    const secretName = secretFor(host, spec.tls ?? []);
    return secretName === undefined ? [] : [{ metadata, secretName }];
  });
  const first = wishes.find(({ metadata }) => metadata.namespace === owner) ?? wishes[0];
  if (first === undefined) return undefined;
  const usable = wishes
    .filter(({ metadata }) => metadata.namespace === first.metadata.namespace)
    .some(({ metadata, secretName }) => usableCertificate(objects, metadata, secretName));
  return usable ? 'served' : 'unusable';
}

/** Of the entry that names the host, else of the one for the wildcard above it, else of the one without any hosts. */
function secretFor(host: string, tls: NonNullable<Ingress['spec']['tls']>): string | undefined {
  const wildcard = `*${host.slice(host.indexOf('.'))}`;
  const naming = (name: string) => tls.find(({ hosts }) => hosts.includes(name));
  return (naming(host) ?? naming(wildcard) ?? tls.find(({ hosts }) => hosts.length === 0))?.secretName;
}
