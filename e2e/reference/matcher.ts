// What a request may be answered, straight from the words of the design: slow, plain, and knowing nothing of how the
// product does it.
import { usableCertificate } from './certificates.ts';
import { everyHost, ownersOf, type Settings } from './claims.ts';
import { type Entry, ingressEntries, ingressTls, type OverTls, sameMatch } from './ingress-rules.ts';
import type { IngressRoute, WorldObject } from './objects.ts';
import { liesUnder, normalised, rewritten, splitQuery } from './paths.ts';
import { fails, rootTable } from './tables.ts';

/** A request as a client sends it. */
export interface Request {
  /** The Host header as it is sent: any case, with or without port or a dot at the end. */
  readonly host: string;
  /** The request target as it is sent. */
  readonly path: string;
  /** The server name of the handshake; undefined: plain HTTP. */
  readonly sni: string | undefined;
}

/** All that a host serves. */
interface Site {
  readonly entries: readonly Entry[];
  readonly overTls: OverTls;
}

/**
 * The answers that are right, each in one line: `refused` (no certificate, so no handshake), a status,
 * `301 https://HOST/PATH`, or `NAMESPACE/NAME PATH` for a Service and the path that it sees.
 */
export function allowedAnswers(
  objects: readonly WorldObject[],
  request: Request,
  settings: Settings,
): ReadonlySet<string> {
  const host = hostName(request.host);
  const { path: sent, query } = splitQuery(request.path);
  const path = normalised(sent);
  if (request.sni === undefined) {
    const entry = longest(siteOf(objects, host, settings)?.entries ?? [], path);
    if (entry?.plain === 'redirected') return new Set([`301 https://${host}${path}${query}`]);
    return answersOf(entry?.plain === 'unavailable' ? { ...entry, shares: [] } : entry, path, query);
  }
  const sni = hostName(request.sni);
  const certified = namesFor(sni).some((name) => site(objects, name, settings)?.overTls === 'served');
  if (!certified) return new Set(['refused']);
  if (sni !== host) return new Set(['421']);
  const served = siteOverTls(objects, host, settings);
  return answersOf(served?.overTls === 'served' ? longest(served.entries, path) : undefined, path, query);
}

function answersOf(entry: Entry | undefined, path: string, query: string): ReadonlySet<string> {
  if (entry === undefined) return new Set(['404']);
  if (fails(entry)) return new Set(['503']);
  const seen = entry.prefixRewrite === undefined ? path : rewritten(path, entry.path, entry.prefixRewrite);
  return new Set(
    entry.shares.map((share) =>
      share?.hasEndpoints === true ? `${share.namespace}/${share.name} ${seen}${query}` : '503',
    ),
  );
}

const hostName = (text: string): string => text.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');

/** An exact host, the wildcard one label above, the host of all others. */
const namesFor = (host: string): readonly string[] => [host, `*${host.slice(host.indexOf('.'))}`, everyHost];

/** The first of its names that somebody claims has the host, whatever is wrong with the claim: never a mixture. */
function siteOf(objects: readonly WorldObject[], host: string, settings: Settings): Site | undefined {
  for (const name of namesFor(host)) {
    const found = site(objects, name, settings);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Over TLS a name belongs to a host only if that is a TLS host, be it one that can't be served; else it is one of the
 * names under the wildcard.
 */
const siteOverTls = (objects: readonly WorldObject[], host: string, settings: Settings): Site | undefined =>
  namesFor(host)
    .map((name) => site(objects, name, settings))
    .find((found) => found?.overTls !== undefined);

function site(objects: readonly WorldObject[], host: string, settings: Settings): Site | undefined {
  const owners = ownersOf(objects, host, settings);
  if (owners === undefined) return undefined;
  const { root, ingresses, namespace } = owners;
  const secretName = root?.spec.virtualhost?.tls?.secretName;
  const byIngress = ingressTls(objects, ingresses, host, namespace);
  const overTls = root && secretName !== undefined ? rootTls(objects, root, secretName) : byIngress;
  const broken = secretName !== undefined && overTls !== 'served';
  const fromRoot = root === undefined || broken ? [] : rootEntries(objects, root, settings);
  const beside = ingressEntries(objects, ingresses, host).filter(
    (entry) => !fromRoot.some((own) => sameMatch(own, entry)),
  );
  return { entries: [...fromRoot, ...beside], overTls };
}

const rootTls = (objects: readonly WorldObject[], root: IngressRoute, secretName: string): OverTls =>
  usableCertificate(objects, root.metadata, secretName) ? 'served' : 'unusable';

/** A route that fails answers 503 on the plain listener too: a redirect would hide it. */
function rootEntries(objects: readonly WorldObject[], root: IngressRoute, settings: Settings): Entry[] {
  const redirects = root.spec.virtualhost?.tls !== undefined;
  const kind = settings.prefixMatch === 'string' ? 'string-prefix' : 'prefix';
  return [...rootTable(objects, root).values()].map((rule) => {
    const insecure = rule.permitInsecure && !settings.disablePermitInsecure;
    return { ...rule, kind, plain: !redirects || insecure || fails(rule) ? 'served' : 'redirected' };
  });
}

/** The longest text first; of equal length an exact path, then an expression, then a prefix. */
function longest(entries: readonly Entry[], path: string): Entry | undefined {
  const takes = ({ kind, path: match }: Entry) => {
    if (kind === 'exact') return path === match;
    if (kind === 'regex') return new RegExp(`^(?:${match})$`).test(path);
    return kind === 'string-prefix' ? path.startsWith(match) : liesUnder(path, match);
  };
  const rank = { exact: 0, regex: 1, prefix: 2, 'string-prefix': 2 };
  return entries
    .filter(takes)
    .sort((a, b) => b.path.length - a.path.length || rank[a.kind] - rank[b.kind])[0];
}
