// SQL that empties events and deliveries which tell of a person.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** `words`: phone numbers without plus, and user ids. */
export type About = { tenant_id: string; contact_id: string | null; words: string[] }

export type Scan = { cursor: string | null; count: number }

export async function emptyEvents(
  db: Queryable,
  { tenant_id, contact_id, words }: About,
  cursor: string | null,
  limit: number,
): Promise<Scan> {
  const row = await db.one<Read>(sql`
    with batch as materialized (${batch(tenant_id, cursor, limit)}), emptied as (
      update events e set data = null from batch b
      where e.recorded_at = b.recorded_at and e.seq = b.seq and e.data is not null
        and (b.contact_id = ${contact_id}::uuid or ${has(sql`e.data::text`, words)})
      returning 1
    )
    select (select max(seq) from batch)::text as last, (select count(*)::int from batch) as read,
      (select count(*)::int from emptied) as count`)
  return scanned(row, limit)
}

export async function emptyDeliveries(
  db: Queryable,
  { tenant_id, contact_id, words }: About,
  cursor: string | null,
  limit: number,
): Promise<Scan> {
  const row = await db.one<Read>(sql`
    with batch as materialized (${batch(tenant_id, cursor, limit)}), emptied as (
      update deliveries d set body = null, log = null from batch b, webhooks w
      where w.tenant_id = ${tenant_id}::uuid and d.webhook_id = w.id and d.seq = b.seq
        and num_nonnulls(d.body, d.log) > 0
        and (b.contact_id = ${contact_id}::uuid or ${has(sql`d.body`, words)} or ${has(sql`d.log::text`, words)})
      returning 1
    )
    select (select max(seq) from batch)::text as last, (select count(*)::int from batch) as read,
      (select count(*)::int from emptied) as count`)
  return scanned(row, limit)
}

export async function isOnItsWay(db: Queryable, tenant_id: string, lines: string[]): Promise<boolean> {
  const row = await db.one(sql`
    select 1 from webhooks w join delivery_lines l on l.webhook_id = w.id
    where w.tenant_id = ${tenant_id}::uuid and l.line = any(${lines}::uuid[]) and l.lease_owner is not null
      and l.due_at > now() limit 1`)
  return row !== undefined
}

type Read = { last: string | null; read: number; count: number }

function batch(tenant_id: string, cursor: string | null, limit: number) {
  return sql`
    select seq, recorded_at, contact_id from events
    where tenant_id = ${tenant_id}::uuid and seq > ${cursor ?? '0'}::bigint order by seq limit ${limit}::int`
}

function has(text: ReturnType<typeof sql>, words: string[]) {
  return sql`exists (select from unnest(${words}::text[]) as w(word) where position(word in ${text}) > 0)`
}

function scanned(row: Read | undefined, limit: number): Scan {
  return { cursor: row?.read === limit ? row.last : null, count: row?.count ?? 0 }
}
