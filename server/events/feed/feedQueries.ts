// SQL for reading events in the order in which they were recorded.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { EventRow } from '../room.ts'

export type Filters = {
  /** Types, `message.*`, or nothing: all. */
  types?: string[]
  contact_id?: string
  phone_number_id?: string
}

export type Scan = {
  tenant_id: string
  after: number
  /** Up to where events may be read. */
  safe: number
  filters: Filters
  limit: number
  /** So many events are looked at, whether they match or not: a filter that finds little must not read for minutes. */
  look_at: number
}

/** `seen_to`: the last event that was looked at, undefined where that was all there is. Meta's own words are no events. */
export async function scanEvents(
  db: Queryable,
  scan: Scan,
): Promise<{ rows: EventRow[]; seen_to: number | undefined }> {
  const { filters } = scan
  const where = [sql`e.type <> 'meta.change'`]
  if (filters.types) {
    where.push(
      sql`(e.type = any(${filters.types}::text[]) or split_part(e.type, '.', 1) || '.*' = any(${filters.types}::text[]))`,
    )
  }
  if (filters.phone_number_id) where.push(sql`e.phone_number_id = ${filters.phone_number_id}::uuid`)
  // Contacts that turned out to be one have taken their messages along.
  if (filters.contact_id) {
    where.push(
      sql`coalesce((select m.contact_id from messages m where m.id = e.subject_id), e.contact_id) = ${filters.contact_id}::uuid`,
    )
  }
  const rows = await db.query<EventRow & { seen: number; seen_to: number }>(sql`
    with looked as materialized (
      select * from events
      where tenant_id = ${scan.tenant_id}::uuid and seq > ${scan.after}::bigint and seq <= ${scan.safe}::bigint
      order by seq limit ${scan.look_at}::int
    ), at as (select count(*)::int as seen, coalesce(max(seq), 0) as seen_to from looked)
    select at.seen, at.seen_to, e.seq, e.id, e.tenant_id, e.type, e.at, e.contact_id, e.phone_number_id, e.subject_id, e.data
    from at left join lateral (
      select * from looked e where ${sql.join(where, ' and ')} order by seq limit ${scan.limit}::int
    ) e on true
    order by e.seq`)
  const { seen = 0, seen_to = 0 } = rows[0] ?? {}
  return { rows: rows.filter(row => row.seq !== null), seen_to: seen < scan.look_at ? undefined : seen_to }
}

/** The last number before the first event that was recorded at that time or later. */
export async function seqBefore(db: Queryable, at: Date): Promise<number> {
  const row = await db.one<{ seq: number }>(sql`
    select greatest(event_seq_at(${at}::timestamptz) - 1, 0) as seq`)
  return row?.seq ?? 0
}

/** Of these tenants those who have events in between. */
export async function tenantsWithNews(
  db: Queryable,
  tenant_ids: string[],
  after: number,
  safe: number,
): Promise<string[]> {
  const rows = await db.query<{ tenant_id: string }>(sql.named('events.tenants_with_news')`
    select t.tenant_id from unnest(${tenant_ids}::uuid[]) as t(tenant_id)
    where exists (
      select from events e where e.tenant_id = t.tenant_id and e.seq > ${after}::bigint and e.seq <= ${safe}::bigint)`)
  return rows.map(row => row.tenant_id)
}
