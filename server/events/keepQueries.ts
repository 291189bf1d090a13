// SQL that sweeps away deliveries and lines. Each statement takes some and passes over what somebody else holds.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** Whatever became of them: the event itself is gone, or about to be. */
export async function sweepDeliveries(db: Queryable, days: number, limit: number): Promise<number> {
  const rows = await db.query(sql`
    with bound as (select event_seq_at(now() - ${days}::int * interval '1 day') as seq),
    old as (
      select d.webhook_id, d.seq from webhooks w, bound b cross join lateral (
        select webhook_id, seq from deliveries where webhook_id = w.id and seq < b.seq order by seq limit ${limit}::int
      ) d
      limit ${limit}::int
    ), locked as (
      select d.webhook_id, d.seq from deliveries d join old using (webhook_id, seq) for update of d skip locked
    )
    delete from deliveries d using locked l where d.webhook_id = l.webhook_id and d.seq = l.seq returning 1`)
  return rows.length
}

/** Of endpoints that were deleted. Answers how many rows it found. */
export async function sweepDeleted(db: Queryable, limit: number): Promise<number> {
  const row = await db.one<{ count: number }>(sql`
    with deliveries_gone as (
      delete from deliveries d using (
        select d.webhook_id, d.seq from deleted_webhooks g join deliveries d using (webhook_id) limit ${limit}::int
      ) o
      where d.webhook_id = o.webhook_id and d.seq = o.seq returning 1
    ), lines_gone as (
      delete from delivery_lines l using (
        select l.webhook_id, l.line from deleted_webhooks g join delivery_lines l using (webhook_id) limit ${limit}::int
      ) o
      where l.webhook_id = o.webhook_id and l.line = o.line returning 1
    )
    select greatest((select count(*) from deliveries_gone), (select count(*) from lines_gone))::int as count`)
  return row?.count ?? 0
}

/** Those of which nothing is left. */
export async function forgetDeleted(db: Queryable): Promise<void> {
  await db.query(sql`
    delete from deleted_webhooks g where not exists (select from deliveries d where d.webhook_id = g.webhook_id)
      and not exists (select from delivery_lines l where l.webhook_id = g.webhook_id)`)
}

/** Lines in which nothing waits. */
export async function sweepLines(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(sql`
    with idle as (
      select webhook_id, line from delivery_lines where due_at = 'infinity' and waiting <= 0
      limit ${limit}::int for no key update skip locked
    )
    delete from delivery_lines l using idle i where l.webhook_id = i.webhook_id and l.line = i.line returning 1`)
  return rows.length
}
