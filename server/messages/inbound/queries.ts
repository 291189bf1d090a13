// SQL for what comes in: messages from people and the windows they open.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type InboundRow = {
  id: string
  tenant_id: string
  phone_number_id: string
  contact_id: string
  type: string
  wamid: string
  content: unknown
  reply_to: string | null
  context: object | null
  referral: object | null
  error: object | null
  /** When the person wrote it, by Meta's timestamp. */
  sent_at: Date
  /** ISO, to the microsecond. */
  created_at: string
  inbox_id: string
  inbox_path: string
}

/**
 * Stores inbound messages, each id at most once. One that is there already (the same wamid gives the same id) is left
 * alone, but what only a history had told becomes a message like any other. Answers the ids that changed.
 */
export async function insertInbound(db: Queryable, rows: InboundRow[]): Promise<string[]> {
  const inserted = await db.query<{ id: string }>(sql.named('messages.insert_inbound')`
    insert into messages as m (id, tenant_id, phone_number_id, contact_id, direction, type, status, wamid, content, reply_to,
      context, referral, error, sent_at, created_at, inbox_id, inbox_path)
    select id, tenant_id, phone_number_id, contact_id, 'inbound', type, 'received', wamid, content, reply_to, context, referral,
      error, sent_at, created_at, inbox_id, inbox_path
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, phone_number_id uuid, contact_id uuid,
      type text, wamid text, content jsonb, reply_to text, context jsonb, referral jsonb, error jsonb, sent_at timestamptz,
      created_at timestamptz, inbox_id uuid, inbox_path text)
    order by id
    on conflict (id) do update set origin = null, type = excluded.type, content = excluded.content, edits = null,
      edited_at = null, reply_to = excluded.reply_to, context = excluded.context, referral = excluded.referral,
      error = excluded.error, inbox_id = excluded.inbox_id, inbox_path = excluded.inbox_path
    where m.origin = 'history' and m.direction = 'inbound'
    returning id`)
  return inserted.map(row => row.id)
}

/** Messages in either direction by their wamids, each at its number. */
export function findByWamids(
  db: Queryable,
  wanted: { phone_number_id: string; wamid: string }[],
): Promise<{ id: string; phone_number_id: string; wamid: string }[]> {
  const keys = wanted.map(({ phone_number_id, wamid }) => ({ phone_number_id, wamid }))
  return db.query(sql.named('messages.find_by_wamids')`
    select distinct on (m.phone_number_id, m.wamid) m.id, m.phone_number_id, m.wamid
    from json_to_recordset(${sql.json(keys)}::json) as i(phone_number_id uuid, wamid text)
    join messages m on m.wamid = i.wamid and m.phone_number_id = i.phone_number_id
    order by m.phone_number_id, m.wamid, m.id`)
}

/** Whom messages went to, and from which number. */
export function findRecipients(
  db: Queryable,
  ids: string[],
): Promise<{ id: string; tenant_id: string; contact_id: string; phone_number_id: string }[]> {
  return db.query(sql.named('messages.find_recipients')`
    select id, tenant_id, contact_id, phone_number_id from messages where id = any(${ids}::uuid[])`)
}

export type WindowRow = { tenant_id: string; phone_number_id: string; contact_id: string; at: Date }

/** Opens or renews windows; an older message never shortens one. */
export async function openWindows(db: Queryable, rows: WindowRow[]): Promise<void> {
  await db.query(sql.named('messages.open_windows')`
    insert into windows as w (phone_number_id, contact_id, tenant_id, last_inbound_at)
    select phone_number_id, contact_id, (array_agg(tenant_id))[1], max(at)
    from json_to_recordset(${sql.json(rows)}::json) as i(tenant_id uuid, phone_number_id uuid, contact_id uuid, at timestamptz)
    group by phone_number_id, contact_id
    order by phone_number_id, contact_id
    on conflict (phone_number_id, contact_id) do update set last_inbound_at = excluded.last_inbound_at
    where excluded.last_inbound_at > w.last_inbound_at`)
}

/** The 72 hours in which everything is free, as Meta's status of the answer tells them. */
export async function openFreeEntryPoints(
  db: Queryable,
  rows: { message_id: string; expires_at: Date }[],
): Promise<void> {
  await db.query(sql.named('messages.open_free_entry_points')`
    update windows w set free_entry_point_expires_at = greatest(w.free_entry_point_expires_at, f.expires_at)
    from (
      select m.phone_number_id, m.contact_id, max(i.expires_at) as expires_at
      from json_to_recordset(${sql.json(rows)}::json) as i(message_id uuid, expires_at timestamptz)
      join messages m on m.id = i.message_id group by 1, 2
    ) f
    where w.phone_number_id = f.phone_number_id and w.contact_id = f.contact_id`)
}

/** Two contacts were found to be one person: the messages and windows of `from` become `into`'s. */
export async function moveContact(db: Queryable, from: string, into: string): Promise<void> {
  await db.query(sql.named('messages.move_contact')`
    update messages set contact_id = ${into}::uuid where contact_id = ${from}::uuid`)
  await db.query(sql.named('messages.move_windows')`
    with gone as (
      delete from windows where contact_id = ${from}::uuid
      returning phone_number_id, tenant_id, last_inbound_at, free_entry_point_expires_at
    )
    insert into windows as w (phone_number_id, contact_id, tenant_id, last_inbound_at, free_entry_point_expires_at)
    select phone_number_id, ${into}::uuid, tenant_id, last_inbound_at, free_entry_point_expires_at from gone
    on conflict (phone_number_id, contact_id) do update set
      last_inbound_at = greatest(w.last_inbound_at, excluded.last_inbound_at),
      free_entry_point_expires_at = greatest(w.free_entry_point_expires_at, excluded.free_entry_point_expires_at)`)
}
