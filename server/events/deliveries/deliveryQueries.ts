// SQL of deliveries as tenants see them, and of sending them again.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type DeliveryRow = {
  webhook_id: string
  seq: number
  event_id: string
  event_type: string
  state: 'waiting' | 'delivered' | 'failed'
  log: { at: string; ms: number; status: number | null; error: string | null; body: string | null }[] | null
  body: string | null
  created_at: Date
  finished_at: Date | null
  next_at: Date | null
}

/** The next attempt is that of the line, where this one is its head and was tried before. */
const columns = sql`d.webhook_id, d.seq, d.event_id, d.event_type, d.state, d.log, d.body, d.created_at, d.finished_at,
  case when d.state = 'waiting' and d.attempts > 0 then nullif(l.due_at, 'infinity') end as next_at`

const tables = sql`deliveries d left join delivery_lines l on l.webhook_id = d.webhook_id and l.line = d.line`

export type DeliveryFilters = { status?: string; event_type?: string }

/** Newest first. */
export function listDeliveries(
  db: Queryable,
  webhook_id: string,
  filters: DeliveryFilters,
  limit: number,
  before: number | undefined,
): Promise<DeliveryRow[]> {
  const where = [sql`d.webhook_id = ${webhook_id}::uuid`]
  if (filters.status) where.push(sql`d.state = ${filters.status}`)
  if (filters.event_type) where.push(sql`d.event_type = ${filters.event_type}`)
  if (before !== undefined) where.push(sql`d.seq < ${before}::bigint`)
  return db.query(sql`
    select ${columns} from ${tables} where ${sql.join(where, ' and ')} order by d.seq desc limit ${limit}::int`)
}

export function findDelivery(
  db: Queryable,
  webhook_id: string,
  seq: number,
): Promise<DeliveryRow | undefined> {
  return db.one(sql`
    select ${columns} from ${tables} where d.webhook_id = ${webhook_id}::uuid and d.seq = ${seq}::bigint`)
}

/** An event for one endpoint alone, in a line of its own that is leased already. Answers its number. */
export async function insertTest(
  tx: Queryable,
  test: {
    webhook_id: string
    line: string
    event: { id: string; tenant_id: string; type: string; at: Date; subject_id: string; data: object }
    owner: string
    lease_ms: number
  },
): Promise<number> {
  const { webhook_id, line, event, owner, lease_ms } = test
  const row = await tx.one<{ seq: number }>(sql`
    with event as (
      insert into events (id, tenant_id, type, at, subject_id, data)
      select ${event.id}::uuid, ${event.tenant_id}::uuid, ${event.type}, ${event.at}::timestamptz, ${event.subject_id}::uuid,
        ${sql.json(event.data)}::jsonb
      where pg_current_xact_id() is not null
      returning seq, recorded_at, tenant_id, id, type
    ), queued as (
      insert into delivery_lines (webhook_id, line, waiting, due_at, lease_owner)
      values (${webhook_id}, ${line}, 1, now() + ${lease_ms}::int * interval '1 ms', ${owner})
    )
    insert into deliveries (webhook_id, seq, recorded_at, tenant_id, event_id, event_type, line)
    select ${webhook_id}::uuid, seq, recorded_at, tenant_id, id, type, ${line}::uuid from event returning seq`)
  return row?.seq ?? 0
}

export type Chosen = { seq: number } | { status: 'failed' } | { after: number; to: number }

/**
 * Puts deliveries back into their lines, at their places, as if they had never been tried; their logs stay. What waits
 * already is tried at once. At most `limit`, from the oldest on; answers how many there were, and the last of them.
 */
export async function queueAgain(
  tx: Queryable,
  webhook_id: string,
  chosen: Chosen,
  after: number,
  limit: number,
): Promise<{ count: number; last: number }> {
  const which =
    'seq' in chosen
      ? sql`seq = ${chosen.seq}::bigint`
      : 'status' in chosen
        ? sql`state = 'failed'`
        : sql`seq > ${chosen.after}::bigint and seq <= ${chosen.to}::bigint`
  const row = await tx.one<{ count: number; last: number }>(sql`
    with chosen as materialized (
      select seq, line, state from deliveries
      where webhook_id = ${webhook_id}::uuid and ${which} and seq > ${after}::bigint
      order by seq limit ${limit}::int for no key update
    ), again as (
      update deliveries d set state = 'waiting', attempts = 0, finished_at = null from chosen s
      where d.webhook_id = ${webhook_id}::uuid and d.seq = s.seq
    ), queued as (
      insert into delivery_lines as l (webhook_id, line, waiting, due_at)
      select ${webhook_id}::uuid, line, count(*) filter (where state <> 'waiting'), now() from chosen group by line order by line
      on conflict (webhook_id, line) do update set waiting = l.waiting + excluded.waiting,
        due_at = case when l.lease_owner is null or l.due_at <= now() then excluded.due_at else l.due_at end
    )
    select count(*)::int as count, coalesce(max(seq), 0) as last from chosen`)
  return row ?? { count: 0, last: 0 }
}

/** Events of a range that this endpoint wants and never got: it was switched off, or did not exist, at the time. */
export async function queueMissed(
  tx: Queryable,
  endpoint: { id: string; tenant_id: string; events: string[]; format: string },
  range: { after: number; to: number },
  limit: number,
): Promise<{ read: number; last: number; stored: number }> {
  const row = await tx.one<{ read: number; last: number; stored: number }>(sql`
    with batch as materialized (
      select seq, recorded_at, id, tenant_id, type, coalesce(contact_id, subject_id, tenant_id) as line, data ->> 'field' as field
      from events where tenant_id = ${endpoint.tenant_id}::uuid and seq > ${range.after}::bigint and seq <= ${range.to}::bigint
      order by seq limit ${limit}::int
    ), stored as (
      insert into deliveries (webhook_id, seq, recorded_at, tenant_id, event_id, event_type, line)
      select ${endpoint.id}::uuid, seq, recorded_at, tenant_id, id, type, line from batch b
      where case ${endpoint.format} when 'meta' then b.type = 'meta.change' and ${endpoint.events}::text[] && array['*', b.field]
        else b.type not in ('meta.change', 'webhook.test')
          and ${endpoint.events}::text[] && array['*', split_part(b.type, '.', 1) || '.*', b.type] end
      order by seq
      on conflict do nothing returning line
    ), queued as (
      insert into delivery_lines as l (webhook_id, line, waiting, due_at)
      select ${endpoint.id}::uuid, line, count(*), now() from stored group by line order by line
      on conflict (webhook_id, line) do update set waiting = l.waiting + excluded.waiting,
        due_at = case when l.due_at = 'infinity' then excluded.due_at else l.due_at end
    )
    select (select count(*) from batch)::int as read, (select coalesce(max(seq), 0) from batch) as last,
      (select count(*) from stored)::int as stored`)
  return row ?? { read: 0, last: 0, stored: 0 }
}

export async function recordedAt(db: Queryable, seq: number): Promise<Date | null> {
  const row = await db.one<{ at: Date }>(sql`
    select recorded_at as at from events where seq > ${seq}::bigint order by seq limit 1`)
  return row?.at ?? null
}
