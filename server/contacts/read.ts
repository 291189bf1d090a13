// Everything that is known of a contact itself: for the person who asks for it.

import type { Queryable } from '../db/pool.ts'
import { readFacts } from './readQueries.ts'

/** Undefined: there is none. */
export function readContact(db: Queryable, contact_id: string): Promise<object | undefined> {
  return readFacts(db, contact_id)
}
