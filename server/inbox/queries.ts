// Every SQL statement of the inbox.

import type { Queryable } from '../db/pool.ts'
import { type Statement, sql } from '../db/sql.ts'

export type Raw = { id: string; body: Buffer }

/**
 * Stores bodies of webhooks. They travel as one binary parameter that PostgreSQL cuts up: an array of bytea would be
 * written out in hexadecimal.
 */
export async function store(db: Queryable, rows: Raw[]): Promise<void> {
  let offset = 1
  const offsets = rows.map(row => {
    const start = offset
    offset += row.body.length
    return start
  })
  await db.query(sql.named('inbox.store')`
    insert into inbox (id, body)
    select id, substring(${Buffer.concat(rows.map(row => row.body))}::bytea from start for length)
    from unnest(${rows.map(row => row.id)}::uuid[], ${offsets}::int[], ${rows.map(row => row.body.length)}::int[])
      as i(id, start, length)`)
}

/** The oldest waiting rows, locked until the transaction ends: a crash gives them back. */
export function take(tx: Queryable, limit: number): Promise<Raw[]> {
  return tx.query<Raw>(sql.named('inbox.take')`
    select id, body from inbox where projected_at is null order by id limit ${limit}::int for update skip locked`)
}

/** Several, by their ids. What is no longer kept is missing. */
export async function readBodies(db: Queryable, ids: string[]): Promise<Map<string, Buffer>> {
  const rows = await db.query<Raw>(
    sql.named('inbox.read_bodies')`select id, body from inbox where id = any(${ids}::uuid[])`,
  )
  return new Map(rows.map(row => [row.id, row.body]))
}

export async function readBody(db: Queryable, id: string): Promise<Buffer | undefined> {
  const row = await db.one<Raw>(
    sql.named('inbox.read_body')`select id, body from inbox where id = ${id}::uuid`,
  )
  return row?.body
}

export async function markProjected(tx: Queryable, ids: string[]): Promise<void> {
  await tx.query(sql.named('inbox.mark_projected')`
    update inbox set projected_at = clock_timestamp() where id = any(${ids}::uuid[])`)
}

export type Parked = {
  id: string
  inbox_id: string
  path: string
  field: string | null
  reason: string
  item: unknown
}

export async function park(tx: Queryable, rows: Parked[]): Promise<void> {
  await tx.query(sql.named('inbox.park')`
    insert into inbox_parked (id, inbox_id, path, field, reason, item)
    select id, inbox_id, path, field, reason, item from json_to_recordset(${sql.json(rows)}::json)
      as i(id uuid, inbox_id uuid, path text, field text, reason text, item jsonb)
    on conflict (inbox_id, path) do update set reason = excluded.reason, parked_at = excluded.parked_at`)
}

/** Marks a range of rows to be applied again; what was parked of them gets a new chance. Answers how many. */
export async function markForReplay(db: Queryable, from: Date, to: Date): Promise<number> {
  const rows = await db.query<{ count: number }>(sql`
    with again as (
      update inbox set projected_at = null
      where received_at >= ${from}::timestamptz and received_at < ${to}::timestamptz and projected_at is not null
      returning id
    ), cleared as (delete from inbox_parked where inbox_id in (select id from again))
    select count(*) as count from again`)
  return rows[0]?.count ?? 0
}

/**
 * Whether nothing came for that long, and then something did, less than that long ago: what Meta could not deliver meanwhile
 * may still be on its way. Two look-ups by the key, which begins with the time of arrival.
 */
export async function comesBack(db: Queryable, quiet_s: number): Promise<boolean> {
  const since = firstIdOf(sql`clock_timestamp() - ${quiet_s}::float8 * interval '1 s'`)
  const row = await db.one<{ comes_back: boolean }>(sql.named('inbox.comes_back')`
    select first.received_at - before.received_at > ${quiet_s}::float8 * interval '1 s' as comes_back
    from (select received_at from inbox where id >= ${since} order by id limit 1) first,
      (select received_at from inbox where id < ${since} order by id desc limit 1) before`)
  return row?.comes_back ?? false
}

/** The least id that can have been made in the millisecond of this timestamptz: ids begin with their time. */
export function firstIdOf(time: Statement): Statement {
  return sql`(lpad(to_hex((extract(epoch from ${time}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`
}

export type Heard = { last_received_at: Date | null; late: boolean; waiting: number; oldest_s: number | null }

/** `late`: something received more than a second ago still waits to be applied. Counts at most 10,000 waiting rows. */
export async function heard(db: Queryable): Promise<Heard> {
  const row = await db.one<Heard>(sql.named('inbox.heard')`
    with waiting as (select received_at from inbox where projected_at is null order by id limit 10000)
    select (select received_at from inbox order by id desc limit 1) as last_received_at,
      coalesce(min(received_at) < clock_timestamp() - interval '1 s', false) as late,
      count(*)::int as waiting, extract(epoch from clock_timestamp() - min(received_at))::float8 as oldest_s
    from waiting`)
  return row ?? { last_received_at: null, late: false, waiting: 0, oldest_s: null }
}
