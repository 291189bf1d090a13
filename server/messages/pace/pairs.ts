// Meta's pair rate: one message in six seconds to the same person, 45 at once borrowed from the future. Kept per process,
// in memory: it spares calls that Meta would refuse; Meta's own 131056 remains the judge.

import { type Bucket, newBucket, take } from '../../kit/bucket.ts'

const PER_SECOND = 1 / 6
const BURST = 45
const MOST_PAIRS = 100_000

export type Pairs = {
  /** Milliseconds to wait before this person may be sent one more; 0 takes the place. */
  take(phoneNumberId: string, recipient: string): number
}

export function openPairs(now: () => number = () => performance.now()): Pairs {
  let pairs = new Map<string, Bucket>()
  return {
    take(phoneNumberId, recipient) {
      const key = `${phoneNumberId} ${recipient}`
      let bucket = pairs.get(key)
      if (!bucket) {
        if (pairs.size >= MOST_PAIRS) pairs = busy(pairs, now())
        bucket = newBucket(PER_SECOND, BURST)
        pairs.set(key, bucket)
      }
      return take(bucket, now())
    },
  }
}

/** The pairs that still owe something; the others are as good as new. If all do, the oldest half is forgotten. */
function busy(pairs: Map<string, Bucket>, now_ms: number): Map<string, Bucket> {
  const kept = [...pairs].filter(([, bucket]) => bucket.due_ms > now_ms)
  return new Map(kept.length < MOST_PAIRS / 2 ? kept : kept.slice(-MOST_PAIRS / 2))
}
