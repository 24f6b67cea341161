/** What is reported of a list of measurements. Percentiles are measured values (nearest rank), never interpolated. */
export interface Summary {
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
}

export function summaryOf(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('there is nothing to summarise');
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { median: rank(0.5), p95: rank(0.95), min: rank(0), max: rank(1) };
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
