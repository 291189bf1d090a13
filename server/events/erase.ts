// What events and deliveries tell of a person goes; that they happened, and how they were delivered, stays. An event whose
// words are gone tells the id of its subject alone.

import type { Queryable } from '../db/pool.ts'
import { derivedId } from '../kit/ids.ts'
import { type About, emptyDeliveries, emptyEvents, isOnItsWay, type Scan } from './eraseQueries.ts'

export type { About } from './eraseQueries.ts'

/** Some events after `cursor`. Answers where to go on; null: these were all. */
export function eraseEvents(
  db: Queryable,
  about: About,
  cursor: string | null,
  limit: number,
): Promise<Scan> {
  return emptyEvents(db, about, cursor, limit)
}

/** The same for what was sent. Only after the events: what is loaded from then on holds nothing any more. */
export function eraseDeliveries(
  db: Queryable,
  about: About,
  cursor: string | null,
  limit: number,
): Promise<Scan> {
  return emptyDeliveries(db, about, cursor, limit)
}

/** Whether something about the person is being posted at this moment: it would be written down again afterwards. */
export function isBeingTold(db: Queryable, about: About, numbers: string[]): Promise<boolean> {
  const { tenant_id, contact_id, words } = about
  const lines = words.flatMap(word => numbers.map(number => derivedId(0, tenant_id, `${number} ${word}`)))
  return isOnItsWay(db, tenant_id, contact_id === null ? lines : [contact_id, ...lines])
}
