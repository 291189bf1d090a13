// What bots said is kept as long as messages are. What it cost is kept for two months at least: budgets are monthly.

import { deleteTurns, emptyTurns } from './forgetQueries.ts'
import type { Turns } from './room.ts'

const BUDGETS_DAYS = 62
const DAY_MS = 86_400_000

/** Answers the larger of two counts: turns that were deleted, and those whose words were. */
export async function forgetTurns(
  { db, clock }: Turns,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<number> {
  const budgets_from = new Date(clock.nowMs() - BUDGETS_DAYS * DAY_MS)
  const emptied = await emptyTurns(db, old, limit)
  return Math.max(emptied, await deleteTurns(db, old, budgets_from, limit))
}
