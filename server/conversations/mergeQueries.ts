// SQL for contacts that turn out to be one person: their threads on the same number become one.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type Pair = { from: string; into: string }

/** Threads on numbers where the remaining contact has none change hands, and keep their ids. */
export async function adoptThreads(db: Queryable, contacts: Pair[]): Promise<void> {
  await db.query(sql.named('conversations.adopt_threads')`
    update conversations v set contact_id = a.into_id
    from (
      select distinct on (p."into", v.phone_number_id) v.id, p."into" as into_id
      from json_to_recordset(${sql.json(contacts)}::json) as p("from" uuid, "into" uuid)
      join conversations v on v.contact_id = p."from"
      where not exists (
        select from conversations t where t.contact_id = p."into" and t.phone_number_id = v.phone_number_id)
      order by p."into", v.phone_number_id, v.id
    ) a
    where v.id = a.id`)
}

/** What is left over after that: which thread goes into which. */
export function doubledThreads(db: Queryable, contacts: Pair[]): Promise<Pair[]> {
  return db.query(sql.named('conversations.doubled_threads')`
    select v.id as "from", t.id as "into"
    from json_to_recordset(${sql.json(contacts)}::json) as p("from" uuid, "into" uuid)
    join conversations v on v.contact_id = p."from"
    join conversations t on t.contact_id = p."into" and t.phone_number_id = v.phone_number_id
    order by t.phone_number_id, t.contact_id, v.id for update`)
}

/** The thread that remains is the sum of both: whichever is more urgent counts, and whichever is more silent. */
export async function foldThreads(db: Queryable, threads: Pair[], now: Date): Promise<void> {
  await db.query(sql.named('conversations.fold_threads')`
    with gone as (
      select p."into" as id, sum(v.unread_count) as unread_count, bool_and(v.autoreply_enabled) as autoreply_enabled,
        max(v.bot_paused_until) as bot_paused_until, max(v.bot_resumed_at) as bot_resumed_at,
        max(v.last_inbound_at) as last_inbound_at, max(v.last_message_at) as last_message_at, min(v.created_at) as created_at,
        (array_agg(v.status order by array_position(array['escalated', 'active', 'completed'], v.status)))[1] as status
      from json_to_recordset(${sql.json(threads)}::json) as p("from" uuid, "into" uuid)
      join conversations v on v.id = p."from" group by 1
    )
    update conversations t set
      unread_count = t.unread_count + g.unread_count,
      status = case when t.status = 'escalated' or g.status = 'completed' then t.status else g.status end,
      autoreply_enabled = t.autoreply_enabled and g.autoreply_enabled,
      bot_paused_until = greatest(t.bot_paused_until, g.bot_paused_until),
      bot_resumed_at = greatest(t.bot_resumed_at, g.bot_resumed_at),
      last_inbound_at = greatest(t.last_inbound_at, g.last_inbound_at),
      last_message_at = greatest(t.last_message_at, g.last_message_at),
      created_at = least(t.created_at, g.created_at), updated_at = ${now}::timestamptz
    from gone g where t.id = g.id`)
}

/** Notes go along, then what is empty goes. */
export async function dropThreads(db: Queryable, threads: Pair[]): Promise<void> {
  await db.query(sql.named('conversations.move_notes')`
    update conversation_notes n set conversation_id = p."into"
    from json_to_recordset(${sql.json(threads)}::json) as p("from" uuid, "into" uuid) where n.conversation_id = p."from"`)
  await db.query(sql.named('conversations.move_bots')`
    with gone as (
      delete from bot_conversations b using json_to_recordset(${sql.json(threads)}::json) as p("from" uuid, "into" uuid)
      where b.conversation_id = p."from" returning b.bot_id, p."into"
    )
    insert into bot_conversations (bot_id, conversation_id) select distinct bot_id, "into" from gone order by 1, 2
    on conflict do nothing`)
  await db.query(sql.named('conversations.drop_threads')`
    delete from conversations where id in (
      select "from" from json_to_recordset(${sql.json(threads)}::json) as p("from" uuid))`)
}
