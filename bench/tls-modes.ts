// What a change of a TLS host costs in each mode of `--tls-certificates`, with many of them, through a real Envoy: times
// from the change to the handshake that shows it, and Envoy's memory. `npm run bench -- tls --hosts 1000`
import { parseArgs } from 'node:util';
import { open } from '../e2e/chains/kit/connection.ts';
import { secret, tlsRoot } from '../e2e/chains/kit/objects.ts';
import { type InProcess, startInProcess } from '../e2e/kit/in-process.ts';
import { service } from '../e2e/kit/manifests.ts';
import { startBackend } from '../src/testing/backends.ts';
import { selfSigned } from '../src/testing/certificates.ts';
import { wait } from '../src/testing/deadline.ts';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1000' },
    changes: { type: 'string', default: '10' },
  },
});
const [hosts, changes] = [Number(values.hosts), Number(values.changes)];

const median = (numbers: readonly number[]): number =>
  Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN);

/** The handshake gets a certificate of this name, from a chain of the host's own if `chain`: sessions are taken then. */
async function shown(https: number, sni: string, expected: string, chain = false): Promise<boolean> {
  try {
    const first = await open({ port: https, sni, version: 'TLSv1.2' });
    const session = first.getSession();
    const found = first.getPeerCertificate().subject.CN === expected;
    first.destroy();
    if (!found || !chain || session === undefined) return found && !chain;
    const second = await open({ port: https, sni, version: 'TLSv1.2', session });
    const reused = second.isSessionReused();
    second.destroy();
    return reused;
  } catch {
    return false;
  }
}

async function timed(change: () => void, done: () => Promise<boolean>): Promise<number> {
  const start = performance.now();
  change();
  while (!(await done())) await wait(1);
  return performance.now() - start;
}

async function memoryMiB({ envoy }: InProcess): Promise<number> {
  const { allocated }: { readonly allocated: string } = JSON.parse(await envoy.admin('/memory'));
  return Math.round(Number(allocated) / 2 ** 20);
}

async function measure(mode: 'on-demand' | 'per-host') {
  const backend = await startBackend('one');
  const pair = await selfSigned('first');
  const objects = (host: string, of = pair) => [secret(host, of), tlsRoot(host, { secretName: host }, 'one')];
  const initial = Array.from({ length: hosts }, (_, index) => objects(`h${index}.com`)).flat();
  const start = performance.now();
  const world = await startInProcess([...service('one', backend.port), ...initial], {
    tlsCertificates: mode,
  });
  try {
    while (!(await shown(world.https, `h${hosts - 1}.com`, 'first', mode === 'per-host'))) await wait(10);
    const startMs = Math.round(performance.now() - start);
    const [added, chained, renewed]: [number[], number[], number[]] = [[], [], []];
    const sent: number[] = [];
    for (let turn = 0; turn < changes; turn++) {
      const host = `new${turn}.com`;
      added.push(
        await timed(
          () => world.apply(...objects(host)),
          () => shown(world.https, host, 'first'),
        ),
      );
      if (mode === 'per-host')
        chained.push(
          (added.at(-1) ?? 0) +
            (await timed(
              () => {},
              () => shown(world.https, host, 'first', true),
            )),
        );
      const name = `renewed${turn}`;
      const next = await selfSigned(name);
      const old = `h${turn}.com`;
      await shown(world.https, old, 'first');
      const { length } = world.control.sent;
      renewed.push(
        await timed(
          () => world.apply(secret(old, next)),
          () => shown(world.https, old, name),
        ),
      );
      sent.push(world.control.sent.length - length);
    }
    return {
      mode,
      hosts,
      'start to last handshake, ms': startMs,
      'added to handshake, ms': median(added),
      'added to chain, ms': chained.length > 0 ? median(chained) : '-',
      'renewed to presented, ms': median(renewed),
      'sent for a renewal': median(sent),
      'memory of Envoy, MiB': await memoryMiB(world),
    };
  } finally {
    await world.close();
    await backend.close();
  }
}

for (const mode of ['on-demand', 'per-host'] as const) console.log(await measure(mode));
