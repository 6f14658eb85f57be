// The machine that the node believes to be: processes, mounts and a network of its own. Its first process holds it all,
// so ending that one ends every pod, unmounts every volume and removes every interface and packet filter rule.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../../../src/testing/deadline.ts';
import { type Guarded, startGuarded } from '../../../cluster/kit/process.ts';
import type { StartOptions } from '../provider.ts';

const run = promisify(execFile);

/** Both ends of the link between this host and the node; no other traffic has a way in or out. */
export const hostAddress = '10.99.0.1';
export const nodeAddress = '10.99.0.2';
const hostInterface = 'contour-e2e';
/** Held by every process of the machine, so that it is free when the last of them has ended, however that came. */
const lock = '/run/contour-e2e.lock';
const longestTurn = 60 * 60_000;

/** Waits for the link, then hands over to a first process that reaps what pods leave behind. */
const first = `
echo $$
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip link set lo up
ip address add ${nodeAddress}/30 dev eth0
ip link set eth0 up
ip route add default via ${hostAddress}
echo 1 >/proc/sys/net/ipv4/ip_forward
exec unshare --mount --pid --ipc --uts --fork --kill-child --mount-proc --propagation private \\
  tini -- sh -c 'mount --make-rshared / && hostname node0 && exec sleep infinity'
`;

export interface Machine {
  /** The command line that runs a program in there. */
  inside(command: readonly string[]): readonly string[];
  /** Ends all of it. */
  stop(): Promise<void>;
}

/** Needs root. There is one at a time on a host: waits while another runs. */
export async function startMachine(options: StartOptions): Promise<Machine> {
  const machine = startGuarded(['flock', '--no-fork', lock, 'unshare', '--net', 'sh', '-c', first]);
  try {
    const outer = await outerProcess(machine, options);
    await link(outer);
    const inner = await eventually(() => firstProcess(outer));
    const inside = ['nsenter', `--target=${inner}`, '--net', '--mount', '--pid', '--ipc', '--uts', '--'];
    await eventually(async () => {
      const { stdout } = await run(inside[0] ?? '', [...inside.slice(1), 'hostname']);
      assert.equal(stdout.trim(), 'node0');
    });
    return { inside: (command) => [...inside, ...command], stop: machine.kill };
  } catch (error) {
    await machine.kill();
    throw error;
  }
}

/** Its id, which it says when its turn has come. */
async function outerProcess(machine: Guarded, { say, signal }: StartOptions): Promise<string> {
  const read = () => {
    if (machine.ended() || signal?.aborted) return '';
    const [pid = ''] = machine.output().split('\n');
    assert.match(pid, /^\d+$/, `no turn yet: ${lock} is locked`);
    return pid;
  };
  const pid = await eventually(read, { within: 2_000 }).catch(() => {
    say(`another node runs on this host, or ends: waiting for ${lock}`);
    return eventually(read, { within: longestTurn, every: 100 });
  });
  signal?.throwIfAborted();
  assert.notEqual(pid, '', `the node's namespaces cannot be made: ${machine.output()}`);
  return pid;
}

/** An interface that an earlier run left is one whose namespace still ends. */
async function link(pid: string): Promise<void> {
  await eventually(() =>
    run('ip', ['link', 'add', hostInterface, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid]),
  );
  await run('ip', ['address', 'add', `${hostAddress}/30`, 'dev', hostInterface]);
  await run('ip', ['link', 'set', hostInterface, 'up']);
}

async function firstProcess(outer: string): Promise<string> {
  const children = await readFile(join('/proc', outer, 'task', outer, 'children'), 'utf8');
  const [child] = children.trim().split(' ');
  assert.ok(child, 'the first process is still to come');
  const name = await readFile(join('/proc', child, 'comm'), 'utf8');
  assert.equal(name.trim(), 'tini');
  return child;
}
