// SQL that writes conversations: every statement takes many threads at once and answers the ids of those that changed.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Status } from './schema.ts'

export type InboundThread = {
  id: string
  tenant_id: string
  phone_number_id: string
  contact_id: string
  /** How many new messages wait to be read. A thread that is completed becomes active by them. */
  unread: number
  /** `completed` where only a history tells of it. */
  status: Status
  last_inbound_at: Date | null
  last_message_at: string
}

export type Noted = { id: string; tenant_id: string; started: boolean; reopened: boolean }

/** Makes or moves up one thread each; at most one row a thread. In sorted order, so that two batches never deadlock. */
export function upsertThreads(db: Queryable, rows: InboundThread[], now: Date): Promise<Noted[]> {
  return db.query(sql.named('conversations.upsert_threads')`
    insert into conversations as v (id, tenant_id, phone_number_id, contact_id, status, status_at, unread_count, last_inbound_at,
      last_message_at, created_at, updated_at)
    select id, tenant_id, phone_number_id, contact_id, status, ${now}::timestamptz, unread, last_inbound_at, last_message_at,
      ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, phone_number_id uuid, contact_id uuid,
      unread int, status text, last_inbound_at timestamptz, last_message_at timestamptz)
    order by phone_number_id, contact_id
    on conflict (phone_number_id, contact_id) do update set
      status = case when v.status = 'completed' and excluded.unread_count > 0 then 'active' else v.status end,
      status_reason = case when v.status = 'completed' and excluded.unread_count > 0 then null else v.status_reason end,
      status_at = case when v.status = 'completed' and excluded.unread_count > 0 then excluded.status_at else v.status_at end,
      unread_count = v.unread_count + excluded.unread_count,
      last_inbound_at = greatest(v.last_inbound_at, excluded.last_inbound_at),
      last_message_at = greatest(v.last_message_at, excluded.last_message_at),
      updated_at = case when excluded.unread_count > 0 then excluded.updated_at else v.updated_at end
    returning id, tenant_id, xmax = 0 as started, xmax <> 0 and status = 'active' and status_at = ${now}::timestamptz as reopened`)
}

export type StatusChange = { id: string; tenant_id: string; status: Status; reason: string | null }

/** Locked in sorted order. */
export async function setStatuses(db: Queryable, changes: StatusChange[], now: Date): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql.named('conversations.set_statuses')`
    with wanted as materialized (
      select v.id, i.status, i.reason
      from json_to_recordset(${sql.json(changes)}::json) as i(id uuid, tenant_id uuid, status text, reason text)
      join conversations v on v.id = i.id and v.tenant_id = i.tenant_id
      order by v.phone_number_id, v.contact_id for no key update of v
    )
    update conversations v set status = w.status, status_reason = w.reason, updated_at = ${now}::timestamptz,
      status_at = ${now}::timestamptz
    from wanted w
    where v.id = w.id and (v.status, v.status_reason) is distinct from (w.status, w.reason)
    returning v.id`)
  return rows.map(row => row.id)
}

export type AutoreplyChange = { enabled: boolean; paused_until: Date | null; resumed_at: Date | null }

/** `resumed_at`: from then on what people wrote before no longer counts. */
export async function setAutoreply(
  db: Queryable,
  tenant_id: string,
  id: string,
  { enabled, paused_until, resumed_at }: AutoreplyChange,
  now: Date,
): Promise<void> {
  await db.query(sql`
    update conversations set autoreply_enabled = ${enabled}::boolean, bot_paused_until = ${paused_until}::timestamptz,
      bot_resumed_at = coalesce(${resumed_at}::timestamptz, bot_resumed_at), updated_at = ${now}::timestamptz
    where id = ${id}::uuid and tenant_id = ${tenant_id}::uuid`)
}

/** Whether anything was unread. */
export async function setRead(db: Queryable, tenant_id: string, id: string, now: Date): Promise<boolean> {
  const row = await db.one(sql`
    update conversations set unread_count = 0, updated_at = ${now}::timestamptz
    where id = ${id}::uuid and tenant_id = ${tenant_id}::uuid and unread_count > 0 returning id`)
  return row !== undefined
}

/** The newest message of the contact in a thread. */
export function newestInbound(
  db: Queryable,
  thread: { phone_number_id: string; contact_id: string },
): Promise<{ id: string } | undefined> {
  return db.one(sql`
    select id from messages
    where contact_id = ${thread.contact_id}::uuid and phone_number_id = ${thread.phone_number_id}::uuid and direction = 'inbound'
      and wamid is not null and type <> 'call'
    order by created_at desc, id desc limit 1`)
}

export type Pause = { conversation_id: string; pause_minutes: number }

/** Threads in which the bot must be silent now, and until when. */
export function pausedThreads(
  db: Queryable,
  tenant_id: string,
  pauses: Pause[],
  now: Date,
): Promise<{ id: string; paused_until: Date }[]> {
  return db.query(sql.named('conversations.paused_threads')`
    select * from (
      select v.id, greatest(v.bot_paused_until, person_answered_at(v.phone_number_id, v.contact_id,
        greatest(v.bot_resumed_at, ${now}::timestamptz - i.pause)) + i.pause) as paused_until
      from (
        select conversation_id, pause_minutes * interval '1 minute' as pause
        from json_to_recordset(${sql.json(pauses)}::json) as p(conversation_id uuid, pause_minutes float8)
      ) i
      join conversations v on v.id = i.conversation_id and v.tenant_id = ${tenant_id}::uuid
    ) found
    where paused_until > ${now}::timestamptz`)
}
