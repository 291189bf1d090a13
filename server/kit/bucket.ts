// A token bucket in GCRA form: two numbers per bucket, no timer. Time is milliseconds of any one clock.

export type Bucket = { interval_ms: number; burst: number; due_ms: number }

/** `rate` per second, `burst` may go at once after a rest. */
export function newBucket(rate: number, burst: number): Bucket {
  return { interval_ms: 1000 / rate, burst, due_ms: 0 }
}

/** Takes one if there is one (answers 0), else says how many milliseconds to wait and takes nothing. */
export function take(bucket: Bucket, now_ms: number): number {
  const due = Math.max(bucket.due_ms, now_ms)
  const wait = due - now_ms - (bucket.burst - 1) * bucket.interval_ms
  if (wait > 1e-6) return wait
  bucket.due_ms = due + bucket.interval_ms
  return 0
}

/** Takes one in any case and says how many milliseconds from now it is due: a place in the queue. */
export function reserve(bucket: Bucket, now_ms: number): number {
  const due = Math.max(bucket.due_ms, now_ms)
  bucket.due_ms = due + bucket.interval_ms
  return Math.max(0, due - now_ms - (bucket.burst - 1) * bucket.interval_ms)
}
