import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../../testing/manual-clock.ts';
import { Progress } from './progress.ts';

const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const part = () => ({ waiting: () => undefined });

test('nothing is complete before all is expected; each end is told once, in order', () => {
  const told: string[] = [];
  const progress = new Progress({
    clock: manualClock(),
    log: quiet,
    onNamed: () => told.push('named'),
    onSynced: () => told.push('synced'),
  });
  const [first, second, beside] = [part(), part(), part()];
  progress.expect(first, 'naming');
  progress.reached(first);
  assert.deepEqual(told, []);
  progress.expect(second, 'naming');
  progress.expect(beside, 'other');
  progress.complete();
  progress.reached(second);
  assert.deepEqual(told, ['named']);
  progress.reached(beside);
  progress.reached(beside);
  assert.deepEqual(told, ['named', 'synced']);
});
