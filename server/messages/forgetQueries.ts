// SQL that deletes messages: those that were kept long enough, and those of a contact.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** `media_ids`: files that came with it, by Meta's ids. */
export type Gone = {
  id: string
  phone_number_id: string
  wamid: string | null
  /** The stored webhook that told of it. */
  inbox_id: string | null
  media_ids: string[]
}

const columns = sql`
  m.id, m.phone_number_id, m.wamid, m.inbox_id,
  case when m.direction = 'inbound' or m.origin is not null then array(
    select distinct id #>> '{}' from (
      select jsonb_path_query(m.content, 'strict $.id', silent => true) as id
      union all select jsonb_path_query(m.edits, 'strict $[*].content.id', silent => true)
    ) f where jsonb_typeof(id) in ('string', 'number')
  ) else '{}' end as media_ids`

/** The oldest of each tenant, by the index of its list. */
export function pickOld(
  db: Queryable,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<Gone[]> {
  return db.query<Gone>(sql.named('messages.pick_old')`
    select ${columns}
    from json_to_recordset(${sql.json(old)}::json) as o(tenant_id uuid, before timestamptz)
    cross join lateral (
      select * from messages
      where tenant_id = o.tenant_id and created_at < o.before and due_at is null
      order by created_at, id limit ${limit}::int
    ) m
    limit ${limit}::int`)
}

/** Of one contact; those that are being sent are not among them. */
export function pickOf(db: Queryable, contact_id: string, limit: number): Promise<Gone[]> {
  return db.query<Gone>(sql.named('messages.pick_of')`
    select ${columns} from messages m
    where m.contact_id = ${contact_id}::uuid and m.status <> 'sending' limit ${limit}::int`)
}

/** At most one is counted. */
export async function countOf(db: Queryable, contact_id: string): Promise<number> {
  const rows = await db.query(sql`select from messages where contact_id = ${contact_id}::uuid limit 1`)
  return rows.length
}

/** With their edits. Who comes second finds nothing; one that was taken to be sent meanwhile stays. */
export async function deleteMessages(
  db: Queryable,
  gone: { id: string; phone_number_id: string; wamid: string | null }[],
): Promise<void> {
  const rows = gone.map(({ id, phone_number_id, wamid }) => ({ id, phone_number_id, wamid }))
  await db.query(sql.named('messages.delete')`
    with gone as materialized (
      select * from json_to_recordset(${sql.json(rows)}::json) as g(id uuid, phone_number_id uuid, wamid text)
    ), changes as (
      delete from message_changes c using gone g
      where c.phone_number_id = g.phone_number_id and c.original_wamid = g.wamid
    )
    delete from messages m using gone g where m.id = g.id and m.status <> 'sending'`)
}

/** Answers how many. */
export async function deleteChanges(
  db: Queryable,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<number> {
  const rows = await db.query(sql.named('messages.delete_changes')`
    with picked as (
      select c.* from json_to_recordset(${sql.json(old)}::json) as o(tenant_id uuid, before timestamptz)
      cross join lateral (
        select phone_number_id, original_wamid, wamid from message_changes
        where tenant_id = o.tenant_id and at < o.before order by at limit ${limit}::int
      ) c
      limit ${limit}::int
    )
    delete from message_changes c using picked p
    where c.phone_number_id = p.phone_number_id and c.original_wamid = p.original_wamid and c.wamid = p.wamid
    returning 1`)
  return rows.length
}
