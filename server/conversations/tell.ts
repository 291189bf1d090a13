// Tells the tenant that threads began or changed, in the transaction that made them so.

import type { Queryable } from '../db/pool.ts'
import { type NewEvent, recordEvents } from '../events/record.ts'
import { presentAll } from './present.ts'
import { findMany } from './queries.ts'
import type { Conversations } from './room.ts'

export type Change = { id: string; tenant_id: string; type: 'conversation.started' | 'conversation.updated' }

export async function tell(conversations: Conversations, tx: Queryable, changes: Change[]): Promise<void> {
  const events: NewEvent[] = []
  for (const tenant_id of new Set(changes.map(change => change.tenant_id))) {
    const some = changes.filter(change => change.tenant_id === tenant_id)
    events.push(...(await eventsOf(conversations, tx, tenant_id, some)))
  }
  await recordEvents(tx, events)
}

async function eventsOf(
  conversations: Conversations,
  tx: Queryable,
  tenant_id: string,
  changes: Change[],
): Promise<NewEvent[]> {
  const at = conversations.clock.now()
  const types = new Map(changes.map(change => [change.id, change.type]))
  const rows = await findMany(tx, tenant_id, [...types.keys()], at)
  const shown = await presentAll(conversations, tx, tenant_id, rows)
  return rows.flatMap(({ id, contact_id, phone_number_id }, ord) => {
    const [type, data] = [types.get(id), shown[ord]]
    return type && data ? [{ tenant_id, type, at, contact_id, phone_number_id, subject_id: id, data }] : []
  })
}
