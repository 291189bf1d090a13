// Stored events become what endpoints and readers get: the same body for both.

import type { EventRow, Events } from './room.ts'
import type { Event } from './schema.ts'

/** In the order given. */
export async function presentEvents(events: Events, rows: EventRow[]): Promise<Event[]> {
  const told = rows.filter(row => row.type.startsWith('message.'))
  const messages = told.length > 0 ? await events.hooks.presentMessages?.(told) : undefined
  const byRow = new Map(told.map((row, ord) => [row, messages?.[ord]]))
  return rows.map(row => ({
    id: row.id,
    type: row.type,
    timestamp: row.at.toISOString(),
    data: byRow.get(row) ?? row.data ?? { id: row.subject_id },
  }))
}
