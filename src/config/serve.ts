// Configuration of `contour serve`.
import type { Values } from './flag.ts';
import { notYetBuilt, serveFlags } from './flags.ts';
import { addressMistakes, type IngressAddress, ingressAddressOf } from './ingress-address.ts';
import { type OutcomeConfig, outcomeOf } from './outcome.ts';
import { type Given, type Resolved, resolved, resolveFlags } from './resolve.ts';
import { type TlsFiles, xdsTls } from './xds-security.ts';

export interface Listen {
  readonly address: string;
  readonly port: number;
}

/** Where the objects come from. */
export type SourceConfig =
  /** Directories and files to watch; at least one. */
  { readonly kind: 'manifests'; readonly paths: readonly string[] } | ClusterConfig;

export interface ClusterConfig {
  readonly kind: 'cluster';
  /** Path of a kubeconfig file; undefined: the ServiceAccount of this pod. */
  readonly kubeconfig: string | undefined;
  /** Undefined: all. */
  readonly watchNamespaces: readonly string[] | undefined;
  /** What Ingresses say in their status; undefined: their statuses are left alone. */
  readonly ingressAddress: IngressAddress | undefined;
}

export interface ServeConfig {
  readonly source: SourceConfig;
  /** Binary of the Envoy to run; undefined: Envoys are run by others. */
  readonly envoy: string | undefined;
  /** Fits the pipeline's settings. */
  readonly outcome: OutcomeConfig;
  /** `tls` undefined: plain text, on loopback or because the operator said so. */
  readonly xds: Listen & { readonly tls: TlsFiles | undefined };
  /** Where the managed Envoy serves its statistics. */
  readonly stats: Listen;
  readonly debug: Listen;
  /** Health and metrics; undefined: not served. */
  readonly http: Listen | undefined;
  readonly log: {
    readonly level: 'error' | 'warn' | 'info' | 'debug';
    readonly format: 'text' | 'json';
  };
}

/** All mistakes at once, each with its remedy. */
export function resolveServe(given: Given): Resolved<ServeConfig> {
  const { values, mistakes } = resolveFlags(serveFlags, given, notYetBuilt);
  const config = configOf(values, mistakes);
  mistakes.push(...sourceMistakes(values), ...addressMistakes(values));
  mistakes.push(...sharedPorts(config));
  return resolved(config, mistakes);
}

type ServeFlags = Values<typeof serveFlags>;

const defaultHttpPort = 8000;

function configOf(flags: ServeFlags, mistakes: string[]): ServeConfig {
  const source = sourceOf(flags);
  const http = httpOf(flags, source);
  const given = [flags['xds-port'], flags['stats-port'], flags['debug-http-port'], http?.port];
  const ownPorts = given.filter((port) => port !== undefined);
  const outcome = outcomeOf(flags, mistakes, { from: source.kind, ownPorts });
  // Clients of an Envoy of our own reach its port; in front of others there may be anything.
  const redirectPort =
    outcome.envoy.redirectPort ?? (flags.envoy === undefined ? undefined : outcome.envoy.https.port);
  return {
    source,
    envoy: flags.envoy,
    outcome: { ...outcome, envoy: { ...outcome.envoy, redirectPort } },
    xds: { address: flags['xds-address'], port: flags['xds-port'], tls: xdsTls(flags, mistakes) },
    stats: { address: flags['stats-address'], port: flags['stats-port'] },
    debug: { address: flags['debug-http-address'], port: flags['debug-http-port'] },
    http,
    log: { level: flags['log-level'], format: flags['log-format'] },
  };
}

function sourceOf(flags: ServeFlags): SourceConfig {
  if (flags.kubeconfig === undefined && !flags.incluster)
    return { kind: 'manifests', paths: flags.manifests };
  const namespaces = flags['watch-namespaces'];
  return {
    kind: 'cluster',
    kubeconfig: flags.kubeconfig,
    watchNamespaces: namespaces.length === 0 ? undefined : namespaces,
    ingressAddress: ingressAddressOf(flags),
  };
}

/** A laptop's port 8000 is often taken, and nobody probes there. */
function httpOf(flags: ServeFlags, source: SourceConfig): Listen | undefined {
  const port = flags['http-port'] ?? (source.kind === 'cluster' ? defaultHttpPort : undefined);
  return port === undefined ? undefined : { address: flags['http-address'], port };
}

function sourceMistakes(flags: ServeFlags): string[] {
  const given = [
    ...(flags.manifests.length > 0 ? ['--manifests'] : []),
    ...(flags.kubeconfig === undefined ? [] : ['--kubeconfig']),
    ...(flags.incluster ? ['--incluster'] : []),
  ];
  if (given.length === 0)
    return ['no source of objects; give one: --kubeconfig FILE, --incluster (in a pod) or --manifests DIR'];
  if (given.length > 1) return [`${given.join(' and ')} are different sources of objects; give one of them`];
  if (flags.manifests.length > 0 && flags['watch-namespaces'].length > 0)
    return ['--watch-namespaces is for a cluster; with --manifests, give the directories to read'];
  return [];
}

/** Ports that cannot both be had: ours, and those of the Envoy beside us. Its two listeners are compared elsewhere. */
function sharedPorts({ envoy, outcome, xds, stats, debug, http }: ServeConfig): string[] {
  const listeners = [
    { flag: '--envoy-service-http-port', ...outcome.envoy.http },
    { flag: '--envoy-service-https-port', ...outcome.envoy.https },
  ];
  const ours = [
    { flag: '--xds-port', ...xds },
    { flag: '--debug-http-port', ...debug },
    ...(http === undefined ? [] : [{ flag: '--http-port', ...http }]),
  ];
  const beside = envoy === undefined ? [] : [...listeners, { flag: '--stats-port', ...stats }];
  return [...beside, ...ours].flatMap((one, index, all) => {
    const other = all.slice(0, index).find(({ port }) => port === one.port);
    if (other === undefined || one.flag === '--envoy-service-https-port') return [];
    return [`${other.flag} and ${one.flag} are both ${one.port}; give two ports`];
  });
}
