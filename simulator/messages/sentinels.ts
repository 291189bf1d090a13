// Recipients that fail on purpose, told by the last four digits. This is the table of docs/simulator.md.

import { refuse } from '../graph/errors.ts'
import type { User, World } from '../world.ts'

/** Refused with this code, for ever or only the first so many times. */
const REFUSED: Record<string, { code: number; times?: number }> = {
  9042: { code: 131042 },
  9056: { code: 131056 },
  9403: { code: 130403 },
  9428: { code: 130429, times: 2 },
  9429: { code: 130429 },
  9500: { code: 131000 },
  9501: { code: 131000, times: 1 },
  9503: { code: 2 },
}

/** Accepted, and then failed with this code. */
const FAILED: Record<string, number> = {
  9026: 131026,
  9047: 131047,
  9048: 131048,
  9049: 131049,
  9050: 131050,
}

export const suffixOf = (recipient: string) => recipient.slice(-4)

export function refuseOnPurpose(world: World, recipient: string, attempt: string) {
  const rule = REFUSED[suffixOf(recipient)]
  if (!rule) return
  if (rule.times !== undefined) {
    const tries = world.tries.get(attempt) ?? 0
    if (tries >= rule.times) {
      world.tries.delete(attempt)
      return
    }
    world.tries.set(attempt, tries + 1)
  }
  throw refuse(rule.code)
}

export const failureOf = (recipient: string): number | undefined => FAILED[suffixOf(recipient)]

/** How somebody with such a number is from the first day. */
export function natureOf(wa_id: string): Partial<User> {
  const suffix = suffixOf(wa_id)
  if (suffix === '9001') return { blocked: true }
  if (suffix === '9002') return { online: false }
  if (suffix === '9003') return { read_receipts: false }
  return {}
}
