// Names of resources: each a function of what the resource is, so that the same thing has the same name on every
// replica and after every restart.
import { hash } from 'node:crypto';
import { isWildcard } from '../dag/host-name.ts';
import type { Cluster } from '../dag/model.ts';
import type { Resource } from '../xds/resource.ts';
import { typeUrl } from './type-url.ts';

/** The two listeners that scopes belong to; the first part of a scope's name. */
export type Scheme = 'http' | 'https';

/** Request header that carries the scope's key; set by the listener over whatever the client sent. */
export const scopeHeader = 'x-contour-vhost';

/** Names of the two filters that look a scope up again; every scope disables them. */
export const caseFilter = 'case';
export const wildFilter = 'wild';

/** A cluster that never exists: Envoy answers 503 for a route to it. Real names have three slashes. */
export const missingCluster = 'missing-service';

export const scopeName = (scheme: Scheme, host: string): string => `${scheme}/${host}`;

export const listenerName = (scheme: Scheme): string => `ingress_${scheme}`;

/** The listener that keeps certificates ready. */
export const prefetchName = 'prefetch';

/** The listener in which Envoy judges the filter chain of a host alone. */
export const checkName = (host: string): string => `check/${host}`;

/** What a resource is found by. */
type ResourceKey = Pick<Resource, 'type' | 'name'>;

/** Longer than any server name: Envoy asks for no longer one by the name of a handshake. */
const outOfReach = `${'-'.repeat(255)}.`;

/**
 * The secret of a host's own filter chain. No client can ask for it by SNI, and the two never meet: an Envoy that
 * uses one name both ways hangs. The long part comes first and is the same for all, so Envoy's statistics share it.
 */
export const chainSecretName = (host: string): string => `${outOfReach}${host}`;

/** The host of such a name. */
export const hostOfChainSecret = (name: string): string | undefined =>
  name.startsWith(outOfReach) ? name.slice(outOfReach.length) : undefined;

/** A name as people are shown it: without the part that says nothing. */
export const shownName = (name: string): string => hostOfChainSecret(name) ?? name;

/** The resources that a host may have for itself: both scopes, its certificates, and what judges its filter chain. */
export const resourcesOf = (host: string): readonly ResourceKey[] => [
  { type: typeUrl.scope, name: scopeName('http', host) },
  { type: typeUrl.scope, name: scopeName('https', host) },
  { type: typeUrl.secret, name: host },
  { type: typeUrl.secret, name: chainSecretName(host) },
  { type: typeUrl.listener, name: checkName(host) },
];

/** The host that has the resource for itself; undefined: it has none. */
export function hostOfResource(resource: ResourceKey): string | undefined {
  if (isScope(resource)) return hostOfScope(resource.name);
  if (isListener(resource)) return hostOfCheck(resource.name);
  if (resource.type !== typeUrl.secret) return undefined;
  return hostOfChainSecret(resource.name) ?? resource.name;
}

/** The host of a listener's name; undefined: it is that of all hosts. */
export const hostOfCheck = (name: string): string | undefined =>
  name.startsWith(checkName('')) ? name.slice(checkName('').length) : undefined;

/** The host of a scope's name. */
export const hostOfScope = (name: string): string => name.slice(name.indexOf('/') + 1);

export const isScope = (resource: Pick<Resource, 'type'>): boolean => resource.type === typeUrl.scope;

export const isListener = (resource: Pick<Resource, 'type'>): boolean => resource.type === typeUrl.listener;

/**
 * What the listener's header extraction yields for a request to `host`. Over TLS an exact host's key has the server
 * name of the handshake too, so that a connection to one host finds no scope of another. One to one with the name.
 */
export function scopeKey(scheme: Scheme, host: string): string {
  return scheme === 'https' && !isWildcard(host) ? `https/${host}/${host}` : `${scheme}/${host}`;
}

/** `namespace/service/port/hash`. */
export function clusterName(cluster: Cluster): string {
  return `${cluster.namespace}/${cluster.service}/${cluster.port}/${settingsHash(cluster)}`;
}

/** `namespace/service[/portname]/hash`: one for each cluster, since Envoy stalls on a shared one. */
export function endpointsName(cluster: Cluster): string {
  const port = cluster.portName === '' ? '' : `/${cluster.portName}`;
  return `${cluster.namespace}/${cluster.service}${port}/${settingsHash(cluster)}`;
}

/** `namespace_service_port`, without the hash: a changed setting goes on counting where it was. */
export const statName = (cluster: Cluster): string =>
  `${cluster.namespace}_${cluster.service}_${cluster.port}`;

/** `namespace/name`, the form in which the store tells changed Services. */
export const serviceKey = (of: { readonly namespace: string; readonly service: string }): string =>
  `${of.namespace}/${of.service}`;

/** 48 bits over every field; a field that is undefined counts as absent, so a new setting renames nothing. */
function settingsHash(cluster: Cluster): string {
  const { validation, ...others } = cluster;
  // Authorities have a fingerprint beside them, and names are made often.
  const settings = { ...others, validation: validation && { ...validation, ca: undefined } };
  return hash('sha256', JSON.stringify(fieldsOf(settings)), 'hex').slice(0, 12);
}

/** In one order however the settings were put together. Recursive: settings are two levels deep. */
const fieldsOf = (settings: object): readonly unknown[] =>
  Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, value]) => [field, typeof value === 'object' ? fieldsOf(value) : value]);
