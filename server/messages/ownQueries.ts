// SQL of messages that Carom writes by itself.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type QueuedMessage = {
  id: string
  tenant_id: string
  phone_number_id: string
  contact_id: string
  /** +E.164, or a business-scoped user id. */
  recipient: string
  type: string
  content: object
  needs_window: boolean
  created_at: Date
}

/** The dispatchers hear of it when the transaction commits. */
export async function insertQueued(
  tx: Queryable,
  rows: QueuedMessage[],
  terms: { give_up_ms: number; channel: string },
): Promise<void> {
  await tx.query(sql.named('messages.insert_queued')`
    insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, recipient, content,
      needs_window, created_at, due_at, give_up_at)
    select id, tenant_id, phone_number_id, contact_id, 'outbound', type, 'queued', recipient, content, needs_window, created_at,
      now(), now() + ${terms.give_up_ms}::int * interval '1 ms'
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, phone_number_id uuid, contact_id uuid,
      type text, recipient text, content jsonb, needs_window boolean, created_at timestamptz)
    order by id
    on conflict (id) do nothing`)
  await tx.query(sql`select pg_notify(${terms.channel}, '')`)
}
