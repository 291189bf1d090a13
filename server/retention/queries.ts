// SQL of how long things are kept.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** What the tenant set; undefined: nothing. */
export async function readMessageDays(db: Queryable, tenant_id: string): Promise<number | undefined> {
  const row = await db.one<{ message_days: number }>(sql`
    select message_days from retention where tenant_id = ${tenant_id}`)
  return row?.message_days
}

/** null: as the settings say. */
export async function writeMessageDays(
  db: Queryable,
  tenant_id: string,
  message_days: number | null,
  now: Date,
): Promise<void> {
  await db.query(
    message_days === null
      ? sql`delete from retention where tenant_id = ${tenant_id}`
      : sql`
        insert into retention (tenant_id, message_days, updated_at) values (${tenant_id}, ${message_days}, ${now})
        on conflict (tenant_id) do update set message_days = excluded.message_days, updated_at = excluded.updated_at`,
  )
}

export type Cutoff = { tenant_id: string; before: Date }

/** Before when a tenant's messages are too old, for each tenant. */
export function cutoffs(db: Queryable, default_days: number, now: Date): Promise<Cutoff[]> {
  return db.query<Cutoff>(sql`
    select t.id as tenant_id,
      ${now}::timestamptz - coalesce(r.message_days, ${default_days}::int) * interval '1 day' as before
    from tenants t left join retention r on r.tenant_id = t.id order by t.id`)
}

/** One process at a time deletes: true for the one that may, for so long. */
export async function takeTurn(db: Queryable, lease_s: number): Promise<boolean> {
  const row = await db.one(sql`
    update retention_rounds set due_at = now() + ${lease_s}::int * interval '1 s' where due_at <= now() returning one`)
  return row !== undefined
}

export async function endTurn(db: Queryable, next_in_s: number): Promise<void> {
  await db.query(sql`update retention_rounds set due_at = now() + ${next_in_s}::int * interval '1 s'`)
}
