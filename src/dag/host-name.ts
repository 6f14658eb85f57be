// Names of virtual hosts: what an fqdn or an Ingress rule's host must look like, and which hosts an object claims.
import type { Ingress, IngressRoute } from './objects.ts';

/** The host of requests that no other host takes. */
export const defaultHost = '*';

/** Stands for names that nobody has listed: `*.parent` or `*`. Envoy reaches it through the `wild` filter only. */
export const isWildcard = (host: string): boolean => host.startsWith('*');

const longestName = 253;
const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const exact = new RegExp(`^${label}(?:\\.${label})*$`, 'i');
const wildcard = new RegExp(`^\\*(?:\\.${label})+$`, 'i');

/** The one exact DNS name that an fqdn stands for, lower-case; undefined if it isn't one (RFC 1123, at most 253). */
export function exactHost(fqdn: string): string | undefined {
  return fqdn.length <= longestName && exact.test(fqdn) ? fqdn.toLowerCase() : undefined;
}

/**
 * The virtual host of an Ingress rule's host, lower-case: an exact name, `*.parent`, or `*` for none. Undefined if
 * it is none of these.
 */
export function ruleHost(host: string): string | undefined {
  const name = host.trim();
  if (name === '' || name === defaultHost) return defaultHost;
  if (name.length <= longestName && wildcard.test(name)) return name.toLowerCase();
  return exactHost(name);
}

/** Hosts that an object claims, each once, whatever else is wrong with it. Its class isn't looked at. */
export function claimedHosts(object: IngressRoute | Ingress): ReadonlySet<string> {
  const hosts = new Set<string>();
  if (object.kind === 'IngressRoute') {
    const host = object.virtualhost && exactHost(object.virtualhost.fqdn);
    if (host !== undefined) hosts.add(host);
    return hosts;
  }
  if (object.defaultBackend) hosts.add(defaultHost);
  for (const rule of object.rules) {
    const host = ruleHost(rule.host);
    if (host !== undefined) hosts.add(host);
  }
  return hosts;
}
