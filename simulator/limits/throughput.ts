// How many messages a number may handle in a second, in and out together.

import type { PhoneNumber, World } from '../world.ts'

const PER_SECOND = { STANDARD: 80, HIGH: 1000 }

/** Takes one message out of the number's second; false when nothing is left. */
export function takeThroughput(world: World, number: PhoneNumber): boolean {
  const most = PER_SECOND[number.throughput_level]
  const at = world.clock.elapsed()
  const bucket = world.limits.throughput.get(number.id) ?? { tokens: most, at }
  bucket.tokens = Math.min(most, bucket.tokens + ((at - bucket.at) * most) / 1000)
  bucket.at = at
  world.limits.throughput.set(number.id, bucket)
  if (bucket.tokens < 1) return false
  bucket.tokens -= 1
  return true
}
