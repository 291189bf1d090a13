// Volume steps: the messages of a portfolio, market and category are counted together in each month, and each costs the price
// of the step that it falls in.

import type { Amount } from '../rates/amounts.ts'
import type { Tier } from '../rates/book.ts'

/** What the messages number `before + 1` to `before + count` of a month cost. */
export function priceBetween(tiers: readonly Tier[], before: number, count: number): Amount {
  let sum = 0n
  for (const [n, { from_message, price }] of tiers.entries()) {
    const first = Math.max(from_message - 1, before)
    const last = Math.min((tiers[n + 1]?.from_message ?? Number.MAX_SAFE_INTEGER) - 1, before + count)
    if (last > first) sum += price * BigInt(last - first)
  }
  return sum
}

/** How many of a kind came before a stretch of time in its month, and how many in it. */
export type Place = { before: number; count: number }
