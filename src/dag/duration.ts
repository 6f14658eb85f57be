// Durations as Go writes them: `300ms`, `1.5s`, `1h30m`.

const units: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const whole = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const part = /([\d.]+)([a-zµμ]+)/g;
/** Longer than anybody waits, and less than what Envoy can count. */
const longestMs = 10 * 365 * 24 * 3_600_000;

/**
 * In milliseconds, at least 1 if it is more than nothing, at most ten years. Undefined: not a duration by the rules of
 * Go's time.ParseDuration, or a negative one.
 */
export function durationMs(text: string): number | undefined {
  const positive = text.replace(/^\+/, '');
  if (positive === '0') return 0;
  if (!whole.test(positive)) return undefined;
  let sum = 0;
  for (const [, count = '', unit = ''] of positive.matchAll(part))
    sum += Number(count) * (units.get(unit) ?? 0);
  return Math.min(longestMs, sum > 0 ? Math.max(1, Math.round(sum)) : 0);
}
