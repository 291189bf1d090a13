// Meta's pair rate: one message in six seconds to the same person, 45 at once borrowed from the future. Kept per process,
// in memory: it spares calls that Meta would refuse; Meta's own 131056 remains the judge.

import { type Bucket, newBucket, take } from '../../kit/bucket.ts'

const PER_SECOND = 1 / 6
const BURST = 45
/** So many pairs are kept before those that owe nothing any more are forgotten. */
const FIRST_SWEEP = 20_000
const MOST_PAIRS = 200_000

export type Pairs = {
  /** Milliseconds to wait before this person may be sent one more; 0 takes the place. */
  take(phoneNumberId: string, recipient: string): number
}

export function openPairs(now: () => number = () => performance.now()): Pairs {
  let pairs = new Map<string, Bucket>()
  let sweep_at = FIRST_SWEEP
  return {
    take(phoneNumberId, recipient) {
      const key = `${phoneNumberId} ${recipient}`
      let bucket = pairs.get(key)
      if (!bucket) {
        if (pairs.size >= sweep_at) {
          pairs = busy(pairs, now())
          sweep_at = Math.max(FIRST_SWEEP, pairs.size * 2)
        }
        bucket = newBucket(PER_SECOND, BURST)
        pairs.set(key, bucket)
      }
      return take(bucket, now())
    },
  }
}

/** The pairs that still owe something; the others are as good as new. Of too many the oldest are forgotten. */
function busy(pairs: Map<string, Bucket>, now_ms: number): Map<string, Bucket> {
  return new Map([...pairs].filter(([, bucket]) => bucket.due_ms > now_ms).slice(-MOST_PAIRS / 2))
}
