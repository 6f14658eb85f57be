import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { createServedTracker, type ServedTracker } from './served.ts';
import type { HostChange } from './terminal.ts';

const type = 'scope';

describe('a change of a host', () => {
  let time = 0;
  let told: HostChange[] = [];
  let tracker: ServedTracker;
  const live = new Set<string>();
  const change = (...names: string[]) => tracker.changed(type, names, (name) => live.has(name), time);

  beforeEach(() => {
    time = 100;
    told = [];
    live.clear();
    tracker = createServedTracker({
      now: () => time,
      hostOf: (of, name) => (of === type ? name.split('/')[1] : undefined),
      onServed: (served) => told.push(served),
    });
    change();
  });

  test('is served when every connected client accepted all its names', () => {
    tracker.connected(1);
    tracker.connected(2);
    live.add('http/a').add('https/a');
    change('http/a', 'https/a');
    time = 107;
    tracker.acked(1, type, ['http/a', 'https/a']);
    tracker.acked(2, type, ['http/a']);
    tracker.acked(2, 'cluster', ['https/a']);
    assert.deepEqual(told, []);
    tracker.acked(2, type, ['https/a']);
    assert.deepEqual(told, [{ host: 'a', kind: 'added', envoys: 2, ms: 7 }]);
  });

  test('is not told if it is the beginning', () => {
    const first = createServedTracker({
      now: () => 0,
      hostOf: (_, name) => name,
      onServed: (served) => told.push(served),
    });
    first.connected(1);
    first.changed(type, ['a'], () => true, 0);
    first.acked(1, type, ['a']);
    assert.deepEqual(told, []);
  });

  test('is told as changed, then as removed', () => {
    tracker.connected(1);
    live.add('http/a');
    change('http/a');
    tracker.acked(1, type, ['http/a']);
    time = 200;
    change('http/a');
    tracker.acked(1, type, ['http/a']);
    live.delete('http/a');
    time = 300;
    change('http/a');
    tracker.acked(1, type, ['http/a']);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['added', 'changed', 'removed'],
    );
  });

  test('does not wait for a client that left', () => {
    tracker.connected(1);
    tracker.connected(2);
    live.add('http/a');
    change('http/a');
    tracker.acked(1, type, ['http/a']);
    tracker.disconnected(2);
    assert.equal(told.length, 1);
  });

  test('is not told if it is refused, or if nobody is connected', () => {
    live.add('http/a');
    change('http/a');
    tracker.connected(1);
    tracker.acked(1, type, ['http/a']);
    change('http/a');
    tracker.refused(type, 'http/a');
    tracker.acked(1, type, ['http/a']);
    assert.deepEqual(told, []);
  });
});
