import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApiError, type WatchEvent } from '../api.ts';
import { readEvents } from './watch-events.ts';
import { maxLineBytes } from './watch-lines.ts';

const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;
const cart = (resourceVersion: string) => ({ kind: 'Service', metadata: { name: 'cart', resourceVersion } });
const added = (resourceVersion: string): WatchEvent => ({
  ...{ type: 'ADDED', resourceVersion },
  object: cart(resourceVersion),
});

async function read(...chunks: readonly (string | Buffer)[]) {
  const batches: (readonly WatchEvent[])[] = [];
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  try {
    for await (const batch of readEvents(source(), 'GET /x')) batches.push(batch);
    return { batches, error: undefined };
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return { batches, error };
  }
}

describe('the events of a watch', () => {
  test('a chunk with many lines is one batch', async () => {
    const { batches, error } = await read(
      line('ADDED', cart('1')) + line('DELETED', cart('2')),
      line('MODIFIED', cart('3')),
    );
    assert.equal(error, undefined);
    assert.deepEqual(
      batches.map((batch) => batch.map(({ type, resourceVersion }) => `${type} ${resourceVersion}`)),
      [['ADDED 1', 'DELETED 2'], ['MODIFIED 3']],
    );
  });

  test('a bookmark has a version and no object', async () => {
    const { batches } = await read(line('BOOKMARK', { kind: 'Service', metadata: { resourceVersion: '9' } }));
    assert.deepEqual(batches, [[{ type: 'BOOKMARK', resourceVersion: '9' }]]);
  });

  test('types that are not known are passed over', async () => {
    const { batches, error } = await read(line('RENAMED', {}) + line('ADDED', cart('2')));
    assert.deepEqual([batches, error], [[[added('2')]], undefined]);
  });

  test('an ERROR event comes after what was before it, with its code, reason and wait', async () => {
    const expired = {
      kind: 'Status',
      code: 410,
      reason: 'Expired',
      message: 'too old',
      details: { retryAfterSeconds: 2 },
    };
    const { batches, error } = await read(
      line('ADDED', cart('1')) + line('ERROR', expired) + line('ADDED', cart('2')),
    );
    assert.deepEqual(batches, [[added('1')]]);
    assert.deepEqual([error?.code, error?.reason, error?.retryAfterMs], [410, 'Expired', 2_000]);
    assert.equal(error?.message, 'GET /x: 410 Gone: too old');
  });

  test('an ERROR event without a code is a 500', async () => {
    const { error } = await read(line('ERROR', { kind: 'Status' }));
    assert.deepEqual([error?.code, error?.reason], [500, '']);
  });

  for (const [name, broken, words] of [
    ['no JSON', '{"type":"ADDED","object":{"token":"s3cret\n', 'is not JSON'],
    ['HTML', '<html>\n', 'is not JSON'],
    ['null', 'null\n', 'no type'],
    ['a list', '[]\n', 'no type'],
    ['no type', '{"object":{"metadata":{"resourceVersion":"1"}}}\n', 'no type'],
    ['no object', '{"type":"ADDED"}\n', 'no object'],
    ['an object that is a list', '{"type":"ADDED","object":[]}\n', 'no object'],
    ['no metadata', line('ADDED', {}), 'no resourceVersion'],
    ['no version', line('MODIFIED', { metadata: {} }), 'no resourceVersion'],
    ['an empty version', line('DELETED', cart('')), 'no resourceVersion'],
    [
      'a version that is a number',
      line('BOOKMARK', { metadata: { resourceVersion: 5 } }),
      'no resourceVersion',
    ],
  ] as const) {
    test(`a line with ${name} is an error after what was before it`, async () => {
      const { batches, error } = await read(line('ADDED', cart('1')) + broken);
      assert.deepEqual(batches, [[added('1')]]);
      assert.equal(error?.code, 0);
      assert.ok(error?.message.includes(words), error?.message);
      assert.ok(!error?.message.includes('s3cret'));
    });
  }

  test('a last line without its end was cut, and is not delivered even if it is complete', async () => {
    const { batches, error } = await read(line('ADDED', cart('1')), line('ADDED', cart('2')).trimEnd());
    assert.deepEqual(batches, [[added('1')]]);
    assert.equal(error?.code, 0);
    assert.match(error?.message ?? '', /cut inside an event/);
  });

  test('a line that does not end is an error long before memory is', async () => {
    const half = Buffer.alloc(maxLineBytes / 2 + 1, 0x20);
    const { batches, error } = await read(line('ADDED', cart('1')), half, half, line('ADDED', cart('2')));
    assert.deepEqual(batches, [[added('1')]]);
    assert.match(error?.message ?? '', /over 16777216 bytes/);
  });
});
