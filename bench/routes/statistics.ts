// Order statistics of few samples.

/** The sample below which `share` of them lie, by nearest rank; `share` 1 is the largest. Undefined for no samples. */
export function quantile(samples: readonly number[], share: number): number | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
