// The customer service window (24 hours after each message of the person) and the free entry point window
// (72 hours from the first answer to a message that came from an advertisement).

import { makeConversationId } from '../ids.ts'
import type { Pair, World } from '../world.ts'

const HOUR_MS = 3_600_000
const SERVICE_MS = 24 * HOUR_MS
const FREE_MS = 72 * HOUR_MS

const NO_PAIR: Pair = { last_inbound_at: 0, referral_at: 0, free_until: 0, conversation_id: '' }

export const pairKey = (phone_number_id: string, user: string) => `${phone_number_id}/${user}`

export function isWindowOpen(world: World, pair: string): boolean {
  const { last_inbound_at } = world.pairs.get(pair) ?? NO_PAIR
  const age_ms = world.clock.now() - last_inbound_at
  return last_inbound_at > 0 && age_ms < SERVICE_MS
}

/** The person wrote: the window opens anew. */
export function openWindow(world: World, pair: string, hasReferral: boolean) {
  const known = world.pairs.get(pair) ?? NO_PAIR
  const now = world.clock.now()
  world.pairs.set(pair, { ...known, last_inbound_at: now, ...(hasReferral && { referral_at: now }) })
}

/** The business wrote: the free window in which this message falls, opened by it where it is the first answer. */
export function enterFreeWindow(world: World, pair: string): { id: string; expires_at: number } | null {
  const known = world.pairs.get(pair)
  if (!known) return null
  const now = world.clock.now()
  if (now >= known.free_until) {
    if (known.referral_at === 0 || now - known.referral_at >= SERVICE_MS) return null
    const opened = { referral_at: 0, free_until: now + FREE_MS, conversation_id: makeConversationId() }
    world.pairs.set(pair, { ...known, ...opened })
    return { id: opened.conversation_id, expires_at: opened.free_until }
  }
  return { id: known.conversation_id, expires_at: known.free_until }
}
