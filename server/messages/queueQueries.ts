// The SQL of messages as a queue: what is due, and when to look again.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type Due = {
  id: string
  tenant_id: string
  phone_number_id: string
  contact_id: string
  type: string
  status: 'queued' | 'sending' | 'unknown'
  recipient: string
  content: object
  template: object | null
  reply_to: string | null
  needs_window: boolean
  campaign_id: string | null
  attempts: number
  attempted_at: Date | null
  created_at: Date
  /** How long ago it was sent, by PostgreSQL's clock. */
  age_ms: number
  /** Queued for too long: to be given up instead of sent. */
  expired: boolean
  window_open: boolean
}

/** Takes rows whose time has come: queued ones are leased and become `sending`; the others are leased as they are. */
export function claim(
  db: Queryable,
  limit: number,
  owner: string,
  lease_ms: number,
  now: Date,
): Promise<Due[]> {
  return db.query<Due>(sql.named('messages.claim')`
    with due as (
      select id, status, attempted_at from messages
      where due_at <= now() order by priority, due_at limit ${limit}::int for no key update skip locked
    )
    update messages m set
      status = case when due.status = 'queued' and not m.give_up_at < now() then 'sending' else due.status end,
      due_at = now() + ${lease_ms}::int * interval '1 ms', lease_owner = ${owner},
      attempts = m.attempts + (due.status = 'queued')::int,
      attempted_at = case when due.status = 'queued' then now() else m.attempted_at end
    from due where m.id = due.id
    returning m.id, m.tenant_id, m.phone_number_id, m.contact_id, m.type, due.status, m.recipient, m.content, m.template,
      m.reply_to, m.needs_window, m.campaign_id, m.attempts, due.attempted_at, m.created_at,
      coalesce(extract(epoch from now() - due.attempted_at)::float8 * 1000, 0) as age_ms, coalesce(m.give_up_at < now(), false) as expired,
      not m.needs_window or exists (
        select from windows w where w.phone_number_id = m.phone_number_id and w.contact_id = m.contact_id
          and w.last_inbound_at > ${now}::timestamptz - interval '24 hours') as window_open`)
}

/** Rows still in the dark: look again later. */
export async function postpone(db: Queryable, inputs: { id: string; due_in_ms: number }[]): Promise<void> {
  await db.query(sql.named('messages.postpone')`
    with input as (
      select * from json_to_recordset(${sql.json(inputs)}::json) as i(id uuid, due_in_ms int)
    ), locked as (
      select m.id from messages m join input using (id) where m.status = 'unknown' order by m.id for no key update of m
    )
    update messages m set due_at = now() + i.due_in_ms * interval '1 ms', lease_owner = null
    from input i join locked using (id) where m.id = i.id`)
}

/** Sends in the dark wait at least so long from now on, and as long again as since they were sent, up to `mostSeconds`. */
export async function giveMoreTime(db: Queryable, seconds: number, mostSeconds: number): Promise<void> {
  await db.query(sql`
    update messages set due_at = greatest(due_at, now() + greatest(${seconds}::int * interval '1 s',
      least(now() - attempted_at, ${mostSeconds}::int * interval '1 s')))
    where due_at is not null and status = 'unknown'`)
}
