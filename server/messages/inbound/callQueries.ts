// SQL of calls: one row a call, whatever comes first of what Meta tells about it.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type CallRow = {
  id: string
  tenant_id: string
  phone_number_id: string
  contact_id: string
  /** Meta's id of the call. */
  wamid: string
  content: object
  sent_at: Date
  created_at: string
  inbox_id: string
  inbox_path: string
}

/**
 * Each call at most once. What is known of a call only grows; it began at the earliest time that was told. Answers the ids
 * of the calls that are new.
 */
export async function upsertCalls(db: Queryable, rows: CallRow[]): Promise<string[]> {
  const inserted = await db.query<{ id: string }>(sql.named('messages.upsert_calls')`
    with input as (
      select * from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, phone_number_id uuid,
        contact_id uuid, wamid text, content jsonb, sent_at timestamptz, created_at timestamptz, inbox_id uuid, inbox_path text)
    ), there as (
      select m.id as message_id, i.* from input i
      join messages m on m.wamid = i.wamid and m.phone_number_id = i.phone_number_id and m.type = 'call'
    ), inserted as (
      insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, wamid, content, sent_at,
        created_at, inbox_id, inbox_path)
      select id, tenant_id, phone_number_id, contact_id, 'inbound', 'call', 'received', wamid, content, sent_at,
        created_at, inbox_id, inbox_path
      from input i
      where not exists (select from there t where t.wamid = i.wamid and t.phone_number_id = i.phone_number_id)
      order by id
      on conflict (id) do nothing
      returning id
    ), updated as (
      update messages m set content = m.content || t.content, sent_at = least(m.sent_at, t.sent_at)
      from there t
      where m.id = t.message_id and (m.content || t.content, least(m.sent_at, t.sent_at)) is distinct from (m.content, m.sent_at)
    )
    select id from inserted`)
  return inserted.map(row => row.id)
}
