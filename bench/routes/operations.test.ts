// What counts as served, and which answers are unexpected.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { add, changeEndpoint, type Operation, remove } from './operations.ts';
import { addresses } from './sandbox.ts';
import { until } from './session.ts';
import { quietSession } from './testing/session.ts';
import { type Script, scriptedStage } from './testing/stage.ts';

const statuses = (...list: number[]) => list.map((status) => ({ status }));
const [old, next] = [addresses.first, addresses.second].map((body) => ({ status: 200, body })) as [
  { status: number; body: string },
  { status: number; body: string },
];

describe('unexpected answers', () => {
  const cases: { name: string; operation: Operation; script: Script; unexpected: number[] }[] = [
    { name: 'of an add: none', operation: add, script: { served: statuses(404, 200) }, unexpected: [] },
    {
      name: 'of an add: 503',
      operation: add,
      script: { served: statuses(404, 503, 200) },
      unexpected: [503],
    },
    { name: 'of an add: none at all', operation: add, script: { served: statuses(0, 200) }, unexpected: [0] },
    {
      name: 'of an add: back to 404',
      operation: add,
      script: { served: statuses(200, 200, 404, 200) },
      unexpected: [404],
    },
    {
      name: 'of an add over TLS: closed after 200',
      operation: add,
      script: { tls: true, served: statuses(0, 200, 0, 200) },
      unexpected: [0],
    },
    {
      name: 'of an endpoint change: 503',
      operation: changeEndpoint,
      script: { served: [old, { status: 503 }, next] },
      unexpected: [503],
    },
    {
      name: 'of a delete: 503',
      operation: remove,
      script: { served: statuses(200, 503, 404) },
      unexpected: [503],
    },
    {
      name: 'of a delete over TLS',
      operation: remove,
      script: { tls: true, served: statuses(200, 0) },
      unexpected: [],
    },
  ];
  for (const { name, operation, script, unexpected } of cases)
    test(name, async () => {
      const seen: number[] = [];
      await operation(quietSession(), scriptedStage(script), 7, (status) => seen.push(status));
      assert.deepEqual(seen, unexpected);
    });
});

describe('an add', () => {
  test('waits for the status, too', async () => {
    const script = { served: statuses(200), statuses: [undefined, 'invalid', 'valid'] };
    const times = await add(quietSession(), scriptedStage(script), 7, () => {});
    assert.ok(times.status !== undefined && times.status > 0);
  });
  test('writes its route', async () => {
    const sent: string[] = [];
    await add(quietSession(), scriptedStage({ served: statuses(200) }, sent), 7, () => {});
    assert.deepEqual(sent, ['POST /apis/contour.heptio.com/v1beta1/namespaces/apps/ingressroutes']);
  });
});

describe('waiting', () => {
  test('says at its end for what and what was seen', async () => {
    const late = until(quietSession(), { what: 'a 200', within: 0 }, async () => 'status 404');
    await assert.rejects(late, /waited 0 s for a 200; last seen: status 404/);
  });
  test('ends with the session', async () => {
    const ending = new AbortController();
    const waiting = until(quietSession(ending.signal), { what: 'nothing', within: 60_000 }, async () => {
      ending.abort(new Error('etcd ended'));
      return 'nothing';
    });
    await assert.rejects(waiting, /etcd ended/);
  });
});
