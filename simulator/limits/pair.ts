// How often one number may write to one person: every 6 seconds, with up to 45 at once borrowed from the future.

import type { World } from '../world.ts'

const BURST = 45
const INTERVAL_MS = 6000
const SWEEP_AT = 100_000

/** Takes one message out of the pair's allowance; false when it is used up. */
export function takePair(world: World, pair: string): boolean {
  const at = world.clock.elapsed()
  const buckets = world.limits.pairs
  if (buckets.size > SWEEP_AT) forgetFull(buckets, at)
  const bucket = buckets.get(pair) ?? { tokens: BURST, at }
  bucket.tokens = Math.min(BURST, bucket.tokens + (at - bucket.at) / INTERVAL_MS)
  bucket.at = at
  buckets.set(pair, bucket)
  if (bucket.tokens < 1) return false
  bucket.tokens -= 1
  return true
}

function forgetFull(buckets: World['limits']['pairs'], at: number) {
  for (const [pair, bucket] of buckets) {
    if (bucket.tokens + (at - bucket.at) / INTERVAL_MS >= BURST) buckets.delete(pair)
  }
  // Still too many: the oldest half is forgotten, which only ever allows more than Meta would.
  let surplus = buckets.size - SWEEP_AT / 2
  for (const pair of buckets.keys()) {
    if (surplus-- <= 0) break
    buckets.delete(pair)
  }
}
