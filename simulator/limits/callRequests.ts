// How often a business may ask somebody for the permission to call: once in 24 hours and twice in 7 days. A call that
// was connected begins this anew.

import type { World } from '../world.ts'

const DAY_MS = 24 * 3_600_000
const MOST_A_WEEK = 2

export function takeCallRequest(world: World, pair: string): boolean {
  const now = world.clock.now()
  const asked = (world.call_requests.get(pair) ?? []).filter(at => now - at < 7 * DAY_MS)
  if (asked.length >= MOST_A_WEEK || asked.some(at => now - at < DAY_MS)) return false
  world.call_requests.set(pair, [...asked, now])
  return true
}
