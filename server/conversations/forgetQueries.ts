// SQL that deletes threads: empty ones, and those of a contact.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** Notes go along by their foreign key. */
export async function deleteEmptyThreads(
  db: Queryable,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<number> {
  const rows = await db.query(sql.named('conversations.delete_empty')`
    with picked as (
      select v.id from json_to_recordset(${sql.json(old)}::json) as o(tenant_id uuid, before timestamptz)
      cross join lateral (
        select id from conversations c
        where tenant_id = o.tenant_id and last_message_at < o.before
          and not exists (
            select from messages m where m.contact_id = c.contact_id and m.phone_number_id = c.phone_number_id)
        order by last_message_at, id limit ${limit}::int
      ) v
      limit ${limit}::int
    )
    delete from conversations v using picked p where v.id = p.id returning 1`)
  return rows.length
}

export async function threadIds(db: Queryable, contact_id: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    select id from conversations where contact_id = ${contact_id}::uuid`)
  return rows.map(row => row.id)
}

export async function deleteThreads(db: Queryable, contact_id: string): Promise<number> {
  const rows = await db.query(
    sql`delete from conversations where contact_id = ${contact_id}::uuid returning 1`,
  )
  return rows.length
}
