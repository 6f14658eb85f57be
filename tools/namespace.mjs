// A network of its own for a program, without root: nothing in it meets a port of this machine, and its loopback
// interface has an address that an API server takes for a pod's.
import { spawnSync } from 'node:child_process';

const address = '10.77.0.1';
// Debian has `ip` where only root looks.
const enter = `PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up && ip addr add ${address}/32 dev lo && exec "$@"`;
const prefix = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', enter, 'sh'];

/**
 * What comes before the command of a program, and what its environment needs besides, to run it in a network
 * namespace. Where that is forbidden, or `unshare` or `ip` is missing, it runs on the host: `why` says so in a line. A
 * CONTOUR_TEST_ADDRESS in the environment means the host, too.
 */
export function ownNetwork(env) {
  const given = env.CONTOUR_TEST_ADDRESS ?? '';
  if (given !== '') return { prefix: [], env, why: `CONTOUR_TEST_ADDRESS says so: ${given}` };
  const [command, ...args] = prefix;
  const { error, status, stderr } = spawnSync(command, [...args, 'true'], { env, encoding: 'utf8' });
  if (status === 0) return { prefix, env: { ...env, CONTOUR_TEST_ADDRESS: address }, why: undefined };
  return { prefix: [], env, why: error?.message ?? stderr.trim().split('\n')[0] };
}
