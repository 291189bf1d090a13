// SQL that deletes what the inbox has kept long enough.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import { firstIdOf } from './queries.ts'

/** The oldest first, by the key. Answers how many. */
export async function deleteRaw(db: Queryable, days: number, limit: number): Promise<number> {
  const rows = await db.query(sql.named('inbox.delete_old')`
    with old as (
      select id from inbox
      where id < ${firstIdOf(sql`now() - ${days}::int * interval '1 day'`)}
        and received_at < now() - ${days}::int * interval '1 day' and projected_at is not null
      order by id limit ${limit}::int for update skip locked
    )
    delete from inbox i using old o where i.id = o.id returning 1`)
  return rows.length
}

export async function deleteParked(db: Queryable, days: number, limit: number): Promise<number> {
  const rows = await db.query(sql.named('inbox.delete_parked')`
    delete from inbox_parked where id in (
      select id from inbox_parked where parked_at < now() - ${days}::int * interval '1 day' limit ${limit}::int
    ) returning 1`)
  return rows.length
}

export async function deleteNotices(
  db: Queryable,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<number> {
  const rows = await db.query(sql.named('inbox.delete_notices')`
    with picked as (
      select n.id from json_to_recordset(${sql.json(old)}::json) as o(tenant_id uuid, before timestamptz)
      cross join lateral (
        select id from notices where tenant_id = o.tenant_id and at < o.before order by at, id limit ${limit}::int
      ) n
      limit ${limit}::int
    )
    delete from notices n using picked p where n.id = p.id returning 1`)
  return rows.length
}
