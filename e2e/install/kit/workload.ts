// The example workload as users apply it, with the image of this run, and what it answers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../src/testing/deadline.ts';
import { type Ask, ask } from '../../../src/testing/http-client.ts';
import { type Load, startLoad } from '../../../src/testing/load.ts';
import { apply, kubectl } from './commands.ts';
import { readState } from './state.ts';

const { images, nodeAddress } = readState();
const examples = join(import.meta.dirname, '../../../examples/example-workload');

/** The manifests of an example, all on the image of this run. */
export async function example(name: string): Promise<string> {
  const text = await readFile(join(examples, name), 'utf8');
  return text.replaceAll(/^( *(?:- )?image: ).*$/gm, `$1${images.kuard}`);
}

/** Resolves when its pods are ready. */
export async function applyKuard(): Promise<void> {
  await apply(await example('kuard.yaml'));
  await kubectl(['rollout', 'status', 'deployment/kuard', '--timeout=90s']);
}

/** From what node's port the request enters. */
export type Request = Pick<Ask, 'port' | 'host'> & Partial<Ask>;

export const request = (options: Request) => ask({ address: nodeAddress, ...options });

/** Waits until the answer has the status. */
export const answers = (status: number, options: Request) =>
  eventually(
    async () => {
      const answer = await request(options);
      assert.equal(answer.status, status, `${options.host} ${options.path ?? '/'}: ${answer.body}`);
      return answer;
    },
    { within: 60_000, every: 100 },
  );

/** Requests without a pause in between while something else happens; every answer must be 200. */
export async function underLoad(
  { port, host, path = '/' }: Pick<Request, 'port' | 'path'> & { readonly host: string },
  change: () => Promise<unknown>,
): Promise<void> {
  const load = startLoad({ address: nodeAddress, port, host, path, connections: 8, pauseMs: 10 });
  try {
    await atLeast(load, 100);
    await change();
    const before = sum(load.outcomes);
    await atLeast(load, before + 100);
  } finally {
    await load.stop();
  }
  const { outcomes } = load;
  assert.deepEqual([...outcomes.keys()], ['200'], JSON.stringify([...outcomes]));
}

const sum = (outcomes: ReadonlyMap<string, number>) =>
  [...outcomes.values()].reduce((total, count) => total + count, 0);

const atLeast = (load: Load, count: number) =>
  eventually(() => assert.ok(sum(load.outcomes) >= count, 'the load stands still'), { every: 20 });
