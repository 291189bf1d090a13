// Latencies in buckets of one per cent: small enough to travel and to be added up over rounds.

export type Histogram = Map<number, number>

const STEP = Math.log(1.01)

export function note(histogram: Histogram, ms: number): void {
  const bucket = Math.round(Math.log(Math.max(ms, 0.001)) / STEP)
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1)
}

export function merge(histograms: Histogram[]): Histogram {
  const sum: Histogram = new Map()
  for (const histogram of histograms) {
    for (const [bucket, count] of histogram) sum.set(bucket, (sum.get(bucket) ?? 0) + count)
  }
  return sum
}

/** Milliseconds that `share` of all stayed within; 0 where there are none. */
export function quantile(histogram: Histogram, share: number): number {
  const total = [...histogram.values()].reduce((sum, count) => sum + count, 0)
  let seen = 0
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    seen += count
    if (seen >= total * share) return Math.exp(bucket * STEP)
  }
  return 0
}
