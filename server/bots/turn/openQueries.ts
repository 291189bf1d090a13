// SQL that opens turns, in the transaction that stores what contacts wrote.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type Superseded = { conversation_id: string; asked: string[] }

/**
 * Turns that are being worked on in threads where the contact has written again: what they would say is no longer wanted.
 * Those that still wait are locked, so that no worker takes them before this transaction has added to them.
 */
export function supersede(
  db: Queryable,
  threads: { phone_number_id: string; contact_id: string }[],
  reason: object,
  now: Date,
): Promise<Superseded[]> {
  return db.query(sql.named('bots.supersede')`
    with opened as materialized (
      select t.id, t.lease_id
      from json_to_recordset(${sql.json(threads)}::json) as i(phone_number_id uuid, contact_id uuid)
      join conversations v using (phone_number_id, contact_id)
      join bot_turns t on t.conversation_id = v.id and t.state = 'open'
      order by v.phone_number_id, v.contact_id for no key update of t
    )
    update bot_turns t set state = 'dropped', due_at = null, lease_id = null, closed_at = ${now}::timestamptz,
      reason = ${sql.json(reason)}::jsonb
    from opened o where t.id = o.id and o.lease_id is not null
    returning t.conversation_id, t.asked`)
}

export type Opening = {
  id: string
  tenant_id: string
  bot_id: string
  phone_number_id: string
  contact_id: string
  asked: string[]
}

/**
 * One turn a thread: a new one, or the one that waits already, which then waits a little longer for more. Answers after how
 * many milliseconds somebody must look.
 */
export async function openTurns(
  db: Queryable,
  openings: Opening[],
  carried: Superseded[],
  { debounce_ms, now }: { debounce_ms: number; now: Date },
): Promise<number[]> {
  const rows = await db.query<{ due_in_ms: number }>(sql.named('bots.open_turns')`
    with input as (
      select i.*, v.id as conversation_id, coalesce(c.asked, '{}') as carried,
        coalesce((b.config ->> 'debounce_ms')::int, ${debounce_ms}::int) * interval '1 ms' as debounce
      from json_to_recordset(${sql.json(openings)}::json)
        as i(id uuid, tenant_id uuid, bot_id uuid, phone_number_id uuid, contact_id uuid, asked uuid[])
      join conversations v using (phone_number_id, contact_id)
      join bots b on b.id = i.bot_id and b.tenant_id = i.tenant_id
      left join json_to_recordset(${sql.json(carried)}::json) as c(conversation_id uuid, asked uuid[])
        on c.conversation_id = v.id
    )
    insert into bot_turns as t (id, tenant_id, bot_id, conversation_id, phone_number_id, asked, due_at, opened_at)
    select id, tenant_id, bot_id, conversation_id, phone_number_id, carried || asked, now() + debounce,
      ${now}::timestamptz
    from input order by phone_number_id, contact_id
    on conflict (conversation_id) where state = 'open' do update set
      bot_id = excluded.bot_id, asked = t.asked || excluded.asked, lease_id = null,
      due_at = least(excluded.due_at, t.waiting_since + greatest((excluded.due_at - now()) * 5, interval '10 s'))
    returning greatest(0, ceil(extract(epoch from due_at - now()) * 1000))::int as due_in_ms`)
  return rows.map(row => row.due_in_ms)
}

/** Threads became one: so do their turns, and of two open ones the remaining thread's answers everything. */
export async function moveTurns(
  db: Queryable,
  threads: { from: string; into: string }[],
  reason: object,
  now: Date,
): Promise<void> {
  await db.query(sql.named('bots.fold_turns')`
    with doubled as (
      update bot_turns t set state = 'dropped', due_at = null, lease_id = null, closed_at = ${now}::timestamptz,
        reason = ${sql.json(reason)}::jsonb
      from json_to_recordset(${sql.json(threads)}::json) as p("from" uuid, "into" uuid)
      where t.conversation_id = p."from" and t.state = 'open'
        and exists (select from bot_turns o where o.conversation_id = p."into" and o.state = 'open')
      returning p."into" as id, t.asked
    )
    update bot_turns t set asked = d.asked || t.asked from doubled d where t.conversation_id = d.id and t.state = 'open'`)
  await db.query(sql.named('bots.move_turns')`
    update bot_turns t set conversation_id = p."into"
    from json_to_recordset(${sql.json(threads)}::json) as p("from" uuid, "into" uuid) where t.conversation_id = p."from"`)
}
