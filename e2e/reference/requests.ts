// Requests near what a world has: its hosts, its matches, what lies beside them, and the ways to write them.
import fc from 'fast-check';
import { expressions } from './ingresses.ts';
import type { Request } from './matcher.ts';
import { ofKind, type WorldObject } from './objects.ts';

const suffixes = [
  ...['', '', '', '/', '/x', 'x', '/b', 'b', '.', '%2fb', '/%2F', '?q=/b', '/x?y=1'],
  ...['//b', '//', '/./b', '/.', '/x/..', '/../b', '/x/../b', '/..', '/../..'],
];

const spellings: readonly ((host: string) => string)[] = [
  ...Array.from({ length: 6 }, () => (host: string) => host),
  (host) => host.toUpperCase(),
  (host) => `${host}:8080`,
  (host) => `${host}.`,
  (host) => `${host.toUpperCase()}:443`,
];

/** Names that belong to no host of most worlds. */
const strangers = ['z.x.w.com', 'w.com', 'nobody.org'];

/** Names that somebody claims, those with TLS apart, for a wildcard one below it. */
function hostsOf(world: readonly WorldObject[]) {
  const roots = ofKind(world, 'IngressRoute').flatMap(({ spec }) => spec.virtualhost ?? []);
  const ingresses = ofKind(world, 'Ingress');
  const rules = ingresses.flatMap(({ spec }) => spec.rules.map(({ host }) => host ?? 'nobody.org'));
  const secured = ingresses
    .filter(({ spec }) => spec.tls !== undefined)
    .flatMap(({ spec }) => spec.rules.map(({ host }) => host ?? 'nobody.org'));
  const names = (hosts: readonly string[]) => [
    ...new Set(hosts.map((host) => host.toLowerCase().replace('*', 'y').replace(/:\d+$/, ''))),
  ];
  const secureRoots = roots.filter(({ tls }) => tls !== undefined);
  return {
    all: names([...roots.map(({ fqdn }) => fqdn), ...rules]).filter((host) => host !== ''),
    secure: names([...secureRoots.map(({ fqdn }) => fqdn), ...secured]).filter((host) => host !== ''),
  };
}

/** Every match and path of the world, but no expression. */
function pathsOf(world: readonly WorldObject[]): readonly string[] {
  const matches = ofKind(world, 'IngressRoute').flatMap(({ spec }) => spec.routes.map(({ match }) => match));
  const paths = ofKind(world, 'Ingress')
    .flatMap(({ spec }) => spec.rules.flatMap(({ http }) => http.paths.map(({ path }) => path)))
    .filter((path) => !expressions.some((one) => one === path));
  return [...new Set(['/', '/a', '/aa', ...matches, ...paths])];
}

/** One request, mostly to a host of the world. */
export function requests(world: readonly WorldObject[]): fc.Arbitrary<Request> {
  const { all, secure } = hostsOf(world);
  const plain = fc.record({
    host: fc.constantFrom(...all, ...all, ...all, ...all, ...strangers),
    sni: fc.constant(undefined),
  });
  const any = fc.constantFrom(...all, ...strangers);
  const one = secure.length === 0 ? any : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...secure) }, any);
  const overTls = one.map((host) => ({ host, sni: host }));
  const crossed = fc.tuple(one, one).map(([host, sni]) => ({ host, sni }));
  return fc
    .record({
      where: fc.oneof(
        { weight: 8, arbitrary: plain },
        { weight: secure.length === 0 ? 1 : 8, arbitrary: overTls },
        { weight: 1, arbitrary: crossed },
      ),
      spelling: fc.constantFrom(...spellings),
      path: fc.constantFrom(...pathsOf(world)).map((path) => path.replace('#', '%23')),
      suffix: fc.constantFrom(...suffixes),
    })
    .map(({ where, spelling, path, suffix }) => ({
      host: spelling(where.host),
      path: `${path}${suffix}`,
      sni: where.sni,
    }));
}
