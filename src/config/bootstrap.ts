// Configuration of `contour bootstrap`.
import type { BootstrapSettings } from '../envoy/bootstrap.ts';
import { bootstrapFlags } from './flags.ts';
import { type Given, type Resolved, resolved, resolveFlags } from './resolve.ts';
import { xdsTls } from './xds-security.ts';

export interface BootstrapConfig {
  readonly settings: BootstrapSettings;
  /** What the user should know and need not change. */
  readonly notices: readonly string[];
}

/** All mistakes at once, each with its remedy. */
export function resolveBootstrap(given: Given): Resolved<BootstrapConfig> {
  const { values, mistakes } = resolveFlags(bootstrapFlags, given);
  const settings: BootstrapSettings = {
    nodeId: values['node-id'],
    nodeCluster: values['node-cluster'],
    xds: { address: values['xds-address'], port: values['xds-port'], tls: xdsTls(values, mistakes) },
    adminSocket: values['admin-address'],
    stats: { address: values['stats-address'], port: values['stats-port'] },
    maxHeapBytes: values['max-heap-bytes'],
    maxConnections: values['max-connections'],
  };
  const longest = 107;
  if (Buffer.byteLength(settings.adminSocket) > longest)
    mistakes.push(`--admin-address is longer than the ${longest} bytes that a unix socket's path may have`);
  const notices =
    values['admin-port'] === undefined
      ? []
      : [
          `--admin-port is ignored: Envoy's admin interface, which can stop it, is on the unix socket ${settings.adminSocket}; statistics are on port ${settings.stats.port}`,
        ];
  return resolved({ settings, notices }, mistakes);
}
