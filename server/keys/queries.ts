// The SQL of tenants and API keys. The statements of the rate limit are in limitQueries.ts.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type KeyRow = {
  id: string
  tenant_id: string
  name: string
  prefix: string
  scopes: string[]
  owner: boolean
  sandbox: boolean
  rate_limit_rpm: number
  expires_at: Date | null
  last_used_at: Date | null
  created_at: Date
}

const columns = sql`id, tenant_id, name, prefix, scopes, owner, sandbox, rate_limit_rpm, expires_at, last_used_at, created_at`

export type KnownRow = KeyRow & { hash: Buffer; valid_until: Date | null; first_tenant: boolean }

/** What belongs to these hashes; unknown ones are simply missing. */
export function findByHash(db: Queryable, hashes: readonly Buffer[]): Promise<KnownRow[]> {
  return db.query<KnownRow>(sql.named('keys.findByHash')`
    select k.*, s.hash, s.valid_until, t.is_first as first_tenant
    from api_key_secrets s join api_keys k on k.id = s.key_id join tenants t on t.id = k.tenant_id
    where s.hash = any(${hashes}::bytea[])`)
}

export async function stamp(db: Queryable, rows: readonly { id: string; at: Date }[]): Promise<void> {
  await db.query(sql.named('keys.stamp')`
    update api_keys k set last_used_at = g.at
    from unnest(${rows.map(row => row.id)}::uuid[], ${rows.map(row => row.at)}::timestamptz[]) as g (id, at)
    where k.id = g.id and (k.last_used_at is null or k.last_used_at < g.at)`)
}

export function list(db: Queryable, tenant_id: string, limit: number, after?: string): Promise<KeyRow[]> {
  return db.query<KeyRow>(sql`
    select ${columns} from api_keys
    where tenant_id = ${tenant_id} and (${after ?? null}::uuid is null or id < ${after ?? null}::uuid)
    order by id desc limit ${limit}`)
}

export function find(db: Queryable, tenant_id: string, id: string): Promise<KeyRow | undefined> {
  return db.one<KeyRow>(sql`select ${columns} from api_keys where tenant_id = ${tenant_id} and id = ${id}`)
}

/** Until the transaction ends, nobody else changes the keys of this tenant. */
export async function lockTenant(tx: Queryable, tenant_id: string): Promise<void> {
  await tx.query(sql`select 1 from tenants where id = ${tenant_id} for update`)
}

export async function insertKey(tx: Queryable, row: Omit<KeyRow, 'last_used_at'>): Promise<void> {
  await tx.query(sql`
    insert into api_keys (id, tenant_id, name, prefix, scopes, owner, sandbox, rate_limit_rpm, expires_at, created_at)
    values (${row.id}, ${row.tenant_id}, ${row.name}, ${row.prefix}, ${row.scopes}::text[], ${row.owner},
      ${row.sandbox}, ${row.rate_limit_rpm}, ${row.expires_at}, ${row.created_at})`)
}

export async function insertSecret(tx: Queryable, key_id: string, hash: Buffer): Promise<void> {
  await tx.query(sql`insert into api_key_secrets (hash, key_id) values (${hash}, ${key_id})`)
}

/** Secrets that were to end later (or never) end at `until`; those that have ended already are deleted. */
export async function endSecrets(tx: Queryable, key_id: string, now: Date, until: Date): Promise<void> {
  await tx.query(sql`delete from api_key_secrets where key_id = ${key_id} and valid_until <= ${now}`)
  await tx.query(sql`
    update api_key_secrets set valid_until = least(valid_until, ${until}::timestamptz) where key_id = ${key_id}`)
  await tx.query(sql`delete from api_key_secrets where key_id = ${key_id} and valid_until <= ${now}`)
}

export type KeyChange = Pick<KeyRow, 'name' | 'prefix' | 'scopes' | 'rate_limit_rpm' | 'expires_at'>

export async function updateKey(tx: Queryable, id: string, change: KeyChange): Promise<void> {
  await tx.query(sql`
    update api_keys set name = ${change.name}, prefix = ${change.prefix}, scopes = ${change.scopes}::text[],
      rate_limit_rpm = ${change.rate_limit_rpm}, expires_at = ${change.expires_at}
    where id = ${id}`)
}

export async function deleteKey(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`delete from api_keys where id = ${id}`)
  await tx.query(sql`delete from rate_windows where key_id = ${id}`)
}

/** Other owner keys of the tenant that outlast `until` (null: that never expire). */
export async function countOtherOwners(tx: Queryable, key: KeyRow, until: Date | null): Promise<number> {
  const row = await tx.one<{ count: number }>(sql`
    select count(*)::int as count from api_keys
    where tenant_id = ${key.tenant_id} and owner and id <> ${key.id}
      and (expires_at is null or expires_at > ${until}::timestamptz)`)
  return row?.count ?? 0
}

/** Told at commit: a change that is rolled back is told to nobody. */
export async function announce(tx: Queryable, channel: string, key_id: string): Promise<void> {
  await tx.query(sql`select pg_notify(${channel}, ${key_id})`)
}

export type TenantRow = { id: string; name: string; is_first: boolean; created_at: Date }

export async function insertTenant(tx: Queryable, row: TenantRow): Promise<void> {
  await tx.query(sql`
    insert into tenants (id, name, is_first, created_at)
    values (${row.id}, ${row.name}, ${row.is_first}, ${row.created_at})`)
}

export function listTenants(db: Queryable, limit: number, after?: string): Promise<TenantRow[]> {
  return db.query<TenantRow>(sql`
    select id, name, is_first, created_at from tenants
    where ${after ?? null}::uuid is null or id < ${after ?? null}::uuid
    order by id desc limit ${limit}`)
}

/** One process at a time sets up the first tenant. The number is arbitrary, and used for nothing else. */
export async function lockSetup(tx: Queryable): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(7261900215)`)
}

export function findFirstTenant(tx: Queryable): Promise<{ id: string; has_owner: boolean } | undefined> {
  return tx.one(sql`
    select id, exists (select 1 from api_keys k where k.tenant_id = t.id and k.owner) as has_owner
    from tenants t where is_first`)
}

/** The operator's word: the key with this secret is valid without end. */
export async function reviveSecret(tx: Queryable, key_id: string, hash: Buffer): Promise<void> {
  await tx.query(sql`update api_key_secrets set valid_until = null where hash = ${hash}`)
  await tx.query(sql`update api_keys set expires_at = null where id = ${key_id}`)
}
