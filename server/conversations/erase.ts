// The threads of one contact, with their notes.

import type { Queryable } from '../db/pool.ts'
import { deleteThreads, threadIds } from './forgetQueries.ts'

export function threadsOf(db: Queryable, contact_id: string): Promise<string[]> {
  return threadIds(db, contact_id)
}

/** Answers how many. */
export function eraseThreads(db: Queryable, contact_id: string): Promise<number> {
  return deleteThreads(db, contact_id)
}
