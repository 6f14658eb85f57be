import { test } from 'node:test';
import { manualClock } from '../testing/manual-clock.ts';
import { pause } from './pause.ts';

test('a pause ends in time or when it is stopped', async () => {
  const lifetime = new AbortController();
  const clock = manualClock();
  const paused = pause(clock, 1_000, lifetime.signal);
  clock.advance(1_000);
  await paused;
  const cut = pause(clock, 1_000, lifetime.signal);
  lifetime.abort();
  await cut;
  await pause(clock, 1_000, lifetime.signal);
});
