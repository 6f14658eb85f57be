// A logarithmic axis.

export interface Scale {
  /** Pixels of a value. */
  at(value: number): number;
  /** Where the axis has lines: 1, 2 and 5 times the powers of ten, within the range. */
  readonly ticks: readonly number[];
}

/** Maps values from `low` to `high`, both above zero, to pixels from `start` to `end`. */
export function logScale(range: {
  readonly low: number;
  readonly high: number;
  readonly start: number;
  readonly end: number;
}): Scale {
  const { low, high, start, end } = range;
  const share = (value: number) => (low === high ? 0.5 : Math.log(value / low) / Math.log(high / low));
  const exponents = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, index) => Math.floor(Math.log10(low)) + index,
  );
  const all = exponents.flatMap((exponent) => [1, 2, 5].map((digit) => digit * 10 ** exponent));
  return {
    at: (value) => start + (end - start) * share(value),
    ticks: all.filter((value) => value >= low * 0.999 && value <= high * 1.001),
  };
}

/** The next tick at or below, and at or above. */
export function tickAround(value: number, side: 'below' | 'above'): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const candidates = [1, 2, 5, 10].map((digit) => digit * power);
  const found =
    side === 'below'
      ? candidates.findLast((candidate) => candidate <= value * 1.001)
      : candidates.find((candidate) => candidate >= value * 0.999);
  return found ?? power;
}
