// What bots said in some threads goes; that they answered, and what it cost, stays for the budgets and the bill.

import type { Queryable } from '../../db/pool.ts'
import { emptyTurnsOf } from './forgetQueries.ts'

const REASON = { code: 'erased', message: 'The contact was erased.' }

/** Open ones are dropped. Answers how many. */
export function eraseTurns(db: Queryable, thread_ids: string[], now: Date): Promise<number> {
  return emptyTurnsOf(db, thread_ids, REASON, now)
}
