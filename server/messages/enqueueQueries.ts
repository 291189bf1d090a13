// SQL of messages that are queued inside somebody else's transaction.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type QueuedMessage = {
  id: string
  tenant_id: string
  /** Ours. */
  phone_number_id: string
  contact_id: string
  /** +E.164, or a business-scoped user id. */
  recipient: string
  type: string
  /** The wire's object of that type. */
  content: object
  template: object | null
  /** The wamid of the message that this one quotes. */
  reply_to?: string | null
  bot_id?: string | null
  campaign_id?: string | null
  /** Everything but templates. */
  needs_window: boolean
  /** 0, the default, goes before campaigns. */
  priority?: number
}

/** `created_at` is ISO, to the microsecond. */
export async function insertQueued(
  db: Queryable,
  rows: (QueuedMessage & { created_at: string })[],
  giveUpMs: number,
): Promise<string[]> {
  const stored = await db.query<{ id: string }>(sql.named('messages.insert_queued')`
    insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, recipient, content, template,
      reply_to, bot_id, campaign_id, automatic, needs_window, priority, created_at, due_at, give_up_at)
    select id, tenant_id, phone_number_id, contact_id, 'outbound', type, 'queued', recipient, content, template,
      reply_to, bot_id, campaign_id, bot_id is null and campaign_id is null, needs_window, coalesce(priority, 0), created_at,
      now(), now() + ${giveUpMs}::int * interval '1 ms'
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, phone_number_id uuid, contact_id uuid,
      recipient text, type text, content jsonb, template jsonb, reply_to text, bot_id uuid, campaign_id uuid,
      needs_window boolean, priority smallint, created_at timestamptz)
    order by id
    on conflict (id) do nothing
    returning id`)
  return stored.map(row => row.id)
}
