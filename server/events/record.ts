// Tells that something happened, in the transaction that makes it so. Events of messages tell themselves: triggers on
// their table record them in the statement that writes them (migration 0009).

import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { insertEvents } from './queries.ts'

export type NewEvent = {
  tenant_id: string
  /** `template.updated`, `campaign.updated`, … */
  type: string
  /** When it happened, in business time. */
  at: Date
  /** Whose line it stands in: events of a contact are told in order. */
  contact_id?: string | null
  /** Ours. */
  phone_number_id?: string | null
  /** What it is about; without a contact, its events are told in order. */
  subject_id?: string | null
  /** The resource as the API shows it. */
  data: object
}

/** Commits with the state that it tells of: `tx` is the transaction that changes it. */
export async function recordEvents(tx: Queryable, events: NewEvent[]): Promise<void> {
  if (events.length === 0) return
  await insertEvents(
    tx,
    events.map(event => ({ ...event, id: newId() })),
  )
}
