// The load counts what went wrong, or a scenario without failures would prove nothing.
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { after, describe, test } from 'node:test';
import { eventually } from './deadline.ts';
import { startLoad } from './load.ts';

const closers: (() => void)[] = [];
after(() => {
  for (const close of closers) close();
});

async function outcomesOf(
  listener: RequestListener,
  { wanted, timeoutMs = 15_000 }: { readonly wanted: string; readonly timeoutMs?: number | undefined },
): Promise<ReadonlyMap<string, number>> {
  const port = await serve(listener);
  const load = startLoad({ port, host: 'load.example.com', path: '/', connections: 2, timeoutMs });
  await eventually(() => assert.ok(load.outcomes.has(wanted), JSON.stringify([...load.outcomes])));
  return await load.stop();
}

function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      assert.ok(address !== null && typeof address === 'object');
      resolve(address.port);
    });
  });
}

interface Case {
  readonly name: string;
  readonly outcome: string;
  readonly wrong: RequestListener;
  readonly timeoutMs?: number;
}

describe('every tenth request goes wrong, and is counted beside the others', () => {
  const cases: readonly Case[] = [
    { name: 'status', outcome: '503', wrong: (_, response) => response.writeHead(503).end() },
    { name: 'closed', outcome: 'ECONNRESET', wrong: (request) => request.socket.destroy() },
    { name: 'silent', outcome: 'ETIMEDOUT', wrong: () => {}, timeoutMs: 100 },
    {
      name: 'cut off',
      outcome: 'cut off: Error: aborted',
      wrong: (request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('half', () => request.socket.destroy());
      },
    },
  ];
  for (const { name, outcome, wrong, timeoutMs } of cases) {
    test(name, async () => {
      let count = 0;
      const outcomes = await outcomesOf(
        (request, response) => {
          count += 1;
          if (count % 10 === 0) wrong(request, response);
          else response.end('whole');
        },
        { wanted: outcome, timeoutMs },
      );
      assert.deepEqual([...outcomes.keys()].sort(), ['200', outcome].sort());
      assert.equal(
        [...outcomes.values()].reduce((sum, each) => sum + each),
        count,
      );
    });
  }
});

test('nobody answers at all', async () => {
  const port = await serve(() => {});
  for (const close of closers.splice(0)) close();
  const load = startLoad({ port, host: 'load.example.com', path: '/', connections: 1 });
  await eventually(() => assert.ok(load.outcomes.has('ECONNREFUSED')));
  assert.deepEqual([...(await load.stop()).keys()], ['ECONNREFUSED']);
});
