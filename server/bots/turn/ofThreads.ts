// What bots made of what was written in some threads: for the person who asks for it.

import type { Queryable } from '../../db/pool.ts'
import { turnsOf } from './forgetQueries.ts'

export function turnsOfThreads(db: Queryable, thread_ids: string[]): Promise<object[]> {
  return turnsOf(db, thread_ids)
}
