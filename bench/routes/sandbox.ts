// A user and network namespace of our own: addresses that EndpointSlices accept, ports that nobody else has, no root.
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

/** Addresses besides loopback, which the API server refuses in EndpointSlices. */
export const addresses = { apiServer: '10.77.0.1', first: '10.77.0.2', second: '10.77.0.3' } as const;

const mark = 'CONTOUR_BENCH_SANDBOX';
const namespaces = ['--user', '--map-root-user', '--net'];

/** Does this process run in the namespace already? */
export function isInSandbox(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment[mark] === '1';
}

/**
 * Runs `program` again, in new namespaces, and resolves with its exit code. It ends when this process ends, whatever
 * the reason. Rejects where the system forbids it, with the remedy.
 */
export async function enterSandbox(program: string, args: readonly string[]): Promise<number> {
  // Debian has `ip` where only root looks.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, [mark]: '1' };
  const probed = [...namespaces, '--', 'ip', 'link', 'set', 'lo', 'up'];
  const probe = spawnSync('unshare', probed, { env, encoding: 'utf8' });
  if (probe.error !== undefined)
    throw new Error(`unshare cannot be run (${probe.error.message}): install util-linux`);
  if (probe.status !== 0) throw new Error(forbidden(probe.stderr.trim()));
  const again = ['setpriv', '--pdeathsig', 'TERM', '--', process.execPath, program, ...args];
  const child = spawn('unshare', [...namespaces, '--', ...again], { stdio: 'inherit', env });
  // A terminal's interrupt reaches the child by itself; what is sent to us alone goes on.
  process.on('SIGINT', () => {
    if (process.stdin.isTTY !== true) child.kill('SIGTERM');
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}

/** Brings loopback up and gives it our addresses. */
export function prepareSandbox(): void {
  ip(['link', 'set', 'lo', 'up']);
  for (const address of Object.values(addresses)) ip(['address', 'add', `${address}/32`, 'dev', 'lo']);
}

function ip(args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}

function forbidden(words: string): string {
  return `no user and network namespace of our own: ${words}
It needs \`unshare --user --map-root-user --net\` and \`ip\` (iproute2). Where unprivileged user namespaces are switched off,
run as root, or allow them: sysctl kernel.unprivileged_userns_clone=1 (Debian),
kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), user.max_user_namespaces above 0; in a container, a seccomp
profile that admits unshare.`;
}
