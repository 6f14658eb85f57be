// An Ingress by host: its rules and its TLS entries are looked through once, not once for each of its hosts.
import { ruleHost } from '../host-name.ts';
import type { Ingress } from '../objects.ts';

type Rule = Ingress['rules'][number];
type TlsEntry = Ingress['tls'][number];

export interface ByHost {
  /** Lower-case host to its rules, in the order in which they are written; names that are no host are left out. */
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
  /** Lower-case host to the first entry that names it. */
  readonly tls: ReadonlyMap<string, TlsEntry>;
  /** The first entry without hosts, which is for all. */
  readonly tlsForAll: TlsEntry | undefined;
}

/** Remembers each Ingress as long as its object lives. */
export class IngressHosts {
  readonly #known = new WeakMap<Ingress, ByHost>();

  of(ingress: Ingress): ByHost {
    const known = this.#known.get(ingress);
    if (known !== undefined) return known;
    const byHost = read(ingress);
    this.#known.set(ingress, byHost);
    return byHost;
  }
}

function read(ingress: Ingress): ByHost {
  const rules = new Map<string, Rule[]>();
  for (const rule of ingress.rules) {
    const host = ruleHost(rule.host);
    if (host === undefined) continue;
    const others = rules.get(host);
    if (others === undefined) rules.set(host, [rule]);
    else others.push(rule);
  }
  const tls = new Map<string, TlsEntry>();
  for (const entry of ingress.tls) {
    for (const name of entry.hosts) {
      const host = ruleHost(name);
      if (host !== undefined && !tls.has(host)) tls.set(host, entry);
    }
  }
  return { rules, tls, tlsForAll: ingress.tls.find(({ hosts }) => hosts.length === 0) };
}
