import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { manualClock } from '../../testing/manual-clock.ts';
import { ApiError } from '../api.ts';
import { ask, NoAnswer } from './ask.ts';

const never = () => new Promise<never>(() => {});

function asking(signal = new AbortController().signal) {
  const clock = manualClock();
  return { clock, options: { clock, signal, withinMs: 1_000, what: 'list services' } };
}

describe('ask', () => {
  test('passes answers and ApiErrors on; anything else becomes one', async () => {
    const { options } = asking();
    assert.equal(await ask(options, async () => 7), 7);
    const error = new ApiError('x', { code: 403, reason: '', retryAfterMs: undefined });
    await assert.rejects(
      ask(options, () => Promise.reject(error)),
      error,
    );
    const odd = ask(options, () => Promise.reject(new TypeError('odd')));
    await assert.rejects(odd, { name: 'ApiError', code: 0, message: 'list services: odd' });
    const synchronous = ask(options, () => {
      throw new TypeError('odd');
    });
    await assert.rejects(synchronous, ApiError);
  });

  test('gives up in time, whether the request heeds its signal or not, and tells it', async () => {
    const { clock, options } = asking();
    let told: AbortSignal | undefined;
    const late = ask(options, (signal) => {
      told = signal;
      return never();
    });
    clock.advance(1_000);
    await assert.rejects(late, NoAnswer);
    assert.ok(told?.aborted);
  });

  test('ends when it is stopped, also before it starts', async () => {
    const lifetime = new AbortController();
    const running = ask(asking(lifetime.signal).options, never);
    lifetime.abort();
    await assert.rejects(running, NoAnswer);
    await assert.rejects(ask(asking(lifetime.signal).options, never), NoAnswer);
  });
});
