// The SQL of idempotency_keys. Leases follow PostgreSQL's clock, which all processes share.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type ClaimRow = {
  id: string
  tenant_id: string
  key: string
  request_hash: Buffer
  owner: string
  lease_ms: number
}

/** `mine`: this claim holds the lease now; `fresh`: as the first. Without `state` the row came in between. */
export type ClaimedRow = {
  id: string
  place: number
  mine: boolean
  fresh: boolean
  state: 'running' | 'done' | null
  request_hash: Buffer | null
  status: number | null
  headers: Record<string, string> | null
  body: Buffer | null
  sealed: boolean | null
}

/**
 * Inserts, takes over what is expired, or takes over a lease that ran out. The conflict clause locks the row, so one
 * claimant alone sees its condition hold; the others read what is there. No (tenant_id, key) may come twice.
 */
export function claim(db: Queryable, rows: readonly ClaimRow[]): Promise<ClaimedRow[]> {
  return db.query<ClaimedRow>(sql.named('idempotency.claim')`
    with given as (
      select * from unnest(
        ${rows.map(row => row.id)}::uuid[], ${rows.map(row => row.tenant_id)}::uuid[],
        ${rows.map(row => row.key)}::text[], ${rows.map(row => row.request_hash)}::bytea[],
        ${rows.map(row => row.owner)}::uuid[], ${rows.map(row => row.lease_ms)}::int[]
      ) with ordinality as g (id, tenant_id, key, request_hash, owner, lease_ms, place)
    ), claimed as (
      insert into idempotency_keys as k
        (id, tenant_id, key, request_hash, state, owner, lease_until, created_at, expires_at)
      select id, tenant_id, key, request_hash, 'running', owner, now() + lease_ms * interval '1 ms', now(),
        now() + interval '24 hours'
      from given order by tenant_id, key
      on conflict (tenant_id, key) do update set
        id = case when k.expires_at <= now() then excluded.id else k.id end,
        created_at = case when k.expires_at <= now() then excluded.created_at else k.created_at end,
        expires_at = case when k.expires_at <= now() then excluded.expires_at else k.expires_at end,
        request_hash = excluded.request_hash, state = 'running', owner = excluded.owner,
        lease_until = excluded.lease_until, status = null, headers = null, body = null, sealed = false
      where k.expires_at <= now()
        or (k.state = 'running' and k.lease_until <= now() and k.request_hash = excluded.request_hash)
      returning k.id, k.owner
    )
    select g.place::int, coalesce(c.id, k.id) as id, c.id is not null as mine, c.id = g.id as fresh, k.state,
      k.request_hash, k.status, k.headers, k.body, k.sealed
    from given g
    left join claimed c on c.owner = g.owner
    left join idempotency_keys k on k.tenant_id = g.tenant_id and k.key = g.key
    order by g.place`)
}

export type SettleRow = {
  id: string
  owner: string
  status: number
  headers: Record<string, string>
  body: Buffer
  sealed: boolean
}

/** Answers the ids that were still held by their owner. */
export async function settle(db: Queryable, rows: readonly SettleRow[]): Promise<string[]> {
  const settled = await db.query<{ id: string }>(sql.named('idempotency.settle')`
    with given as (
      select * from unnest(
        ${rows.map(row => row.id)}::uuid[], ${rows.map(row => row.owner)}::uuid[],
        ${rows.map(row => row.status)}::smallint[], ${rows.map(row => sql.json(row.headers))}::jsonb[],
        ${rows.map(row => row.body)}::bytea[], ${rows.map(row => row.sealed)}::boolean[]
      ) as g (id, owner, status, headers, body, sealed)
    )
    update idempotency_keys k
    set state = 'done', status = g.status, headers = g.headers, body = g.body, sealed = g.sealed
    from given g
    where k.id = g.id and k.owner = g.owner and k.state = 'running'
    returning k.id`)
  return settled.map(row => row.id)
}

export type HeldRow = { id: string; owner: string }

/** 0 ends the lease now. */
export async function setLease(db: Queryable, { id, owner }: HeldRow, lease_ms: number): Promise<void> {
  await db.query(sql.named('idempotency.setLease')`
    update idempotency_keys set lease_until = now() + ${lease_ms}::int * interval '1 ms'
    where id = ${id} and owner = ${owner} and state = 'running'`)
}

export async function release(db: Queryable, { id, owner }: HeldRow): Promise<void> {
  await db.query(sql.named('idempotency.release')`
    delete from idempotency_keys where id = ${id} and owner = ${owner} and state = 'running'`)
}

/** Deletes up to `limit` expired rows and says how many. */
export async function deleteExpired(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(sql.named('idempotency.deleteExpired')`
    delete from idempotency_keys where id in (
      select id from idempotency_keys where expires_at <= now() order by expires_at limit ${limit}
      for update skip locked
    ) returning 1`)
  return rows.length
}
