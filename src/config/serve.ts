// Configuration of `contour serve`.
import type { Values } from './flag.ts';
import { notYetBuilt, serveFlags } from './flags.ts';
import { type OutcomeConfig, outcomeOf } from './outcome.ts';
import { type Given, type Resolved, resolved, resolveFlags } from './resolve.ts';
import { type TlsFiles, xdsTls } from './xds-security.ts';

export interface Listen {
  readonly address: string;
  readonly port: number;
}

export interface ServeConfig {
  /** Directories and files to watch; at least one. */
  readonly manifests: readonly string[];
  /** Binary of the Envoy to run; undefined: Envoys are run by others. */
  readonly envoy: string | undefined;
  /** Fits the pipeline's settings. */
  readonly outcome: OutcomeConfig;
  /** `tls` undefined: plain text, on loopback or because the operator said so. */
  readonly xds: Listen & { readonly tls: TlsFiles | undefined };
  /** Where the managed Envoy serves its statistics. */
  readonly stats: Listen;
  readonly debug: Listen;
  readonly log: {
    readonly level: 'error' | 'warn' | 'info' | 'debug';
    readonly format: 'text' | 'json';
  };
}

/** All mistakes at once, each with its remedy. */
export function resolveServe(given: Given): Resolved<ServeConfig> {
  const { values, mistakes } = resolveFlags(serveFlags, given, notYetBuilt);
  const config = configOf(values, mistakes);
  const source = '--manifests DIR';
  if (config.manifests.length === 0 && !mistakes.some((mistake) => mistake.includes(source)))
    mistakes.push(`no source of objects; give a directory of manifests: ${source}`);
  mistakes.push(...sharedPorts(config));
  return resolved(config, mistakes);
}

function configOf(flags: Values<typeof serveFlags>, mistakes: string[]): ServeConfig {
  const outcome = outcomeOf(flags, mistakes);
  // Clients of an Envoy of our own reach its port; in front of others there may be anything.
  const redirectPort =
    outcome.envoy.redirectPort ?? (flags.envoy === undefined ? undefined : outcome.envoy.https.port);
  return {
    manifests: flags.manifests,
    envoy: flags.envoy,
    outcome: { ...outcome, envoy: { ...outcome.envoy, redirectPort } },
    xds: { address: flags['xds-address'], port: flags['xds-port'], tls: xdsTls(flags, mistakes) },
    stats: { address: flags['stats-address'], port: flags['stats-port'] },
    debug: { address: flags['debug-http-address'], port: flags['debug-http-port'] },
    log: { level: flags['log-level'], format: flags['log-format'] },
  };
}

/** Ports that cannot both be had: ours, and those of the Envoy beside us. Its two listeners are compared elsewhere. */
function sharedPorts({ envoy, outcome, xds, stats, debug }: ServeConfig): string[] {
  const listeners = [
    { flag: '--envoy-service-http-port', ...outcome.envoy.http },
    { flag: '--envoy-service-https-port', ...outcome.envoy.https },
  ];
  const ours = [
    { flag: '--xds-port', ...xds },
    { flag: '--debug-http-port', ...debug },
  ];
  const beside = envoy === undefined ? [] : [...listeners, { flag: '--stats-port', ...stats }];
  return [...beside, ...ours].flatMap((one, index, all) => {
    const other = all.slice(0, index).find(({ port }) => port === one.port);
    if (other === undefined || one.flag === '--envoy-service-https-port') return [];
    return [`${other.flag} and ${one.flag} are both ${one.port}; give two ports`];
  });
}
