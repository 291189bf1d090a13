// SQL of bots themselves. It joins tables of rooms below and writes none of them.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { BotRow } from './schema.ts'

export type ShownRow = BotRow & { conversation_count: number }

const columns = sql`b.*, (select count(*)::int from bot_conversations v where v.bot_id = b.id) as conversation_count`

export function list(
  db: Queryable,
  tenant_id: string,
  page: { after: string | undefined; rows: number },
): Promise<ShownRow[]> {
  const after = page.after ?? null
  return db.query(sql`
    select ${columns} from bots b
    where b.tenant_id = ${tenant_id}::uuid and (${after}::uuid is null or b.id < ${after}::uuid)
    order by b.id desc limit ${page.rows}::int`)
}

export function find(db: Queryable, tenant_id: string, id: string): Promise<ShownRow | undefined> {
  return db.one(sql`
    select ${columns} from bots b where b.id = ${id}::uuid and b.tenant_id = ${tenant_id}::uuid`)
}

/** For who is about to change it, or to delete it: nobody links it meanwhile. */
export function lock(tx: Queryable, tenant_id: string, id: string): Promise<BotRow | undefined> {
  return tx.one(sql`
    select * from bots where id = ${id}::uuid and tenant_id = ${tenant_id}::uuid for update`)
}

/** For who is about to point to it: it stays until they have. */
export function hold(
  tx: Queryable,
  tenant_id: string,
  id: string,
): Promise<{ is_active: boolean } | undefined> {
  return tx.one(sql`
    select is_active from bots where id = ${id}::uuid and tenant_id = ${tenant_id}::uuid for share`)
}

export async function insert(tx: Queryable, row: BotRow): Promise<void> {
  await tx.query(sql`
    insert into bots (id, tenant_id, name, type, system_prompt, config, api_key_sealed, signing_secret_sealed, is_active,
      created_at, updated_at)
    values (${row.id}::uuid, ${row.tenant_id}::uuid, ${row.name}, ${row.type}, ${row.system_prompt}, ${sql.json(row.config)}::jsonb,
      ${row.api_key_sealed}, ${row.signing_secret_sealed}, ${row.is_active}::boolean, ${row.created_at}::timestamptz,
      ${row.updated_at}::timestamptz)`)
}

export async function update(tx: Queryable, row: BotRow): Promise<void> {
  await tx.query(sql`
    update bots set name = ${row.name}, system_prompt = ${row.system_prompt}, config = ${sql.json(row.config)}::jsonb,
      api_key_sealed = ${row.api_key_sealed}, signing_secret_sealed = ${row.signing_secret_sealed},
      is_active = ${row.is_active}::boolean, updated_at = ${row.updated_at}::timestamptz
    where id = ${row.id}::uuid and tenant_id = ${row.tenant_id}::uuid`)
}

/** What it knows goes with it; its messages and the threads stay. */
export async function remove(tx: Queryable, tenant_id: string, id: string): Promise<void> {
  await tx.query(sql`delete from bot_conversations where bot_id = ${id}::uuid`)
  await tx.query(sql`delete from bots where id = ${id}::uuid and tenant_id = ${tenant_id}::uuid`)
}

/** For who writes beneath it: it stays until they have. */
export function languageOf(
  db: Queryable,
  tenant_id: string,
  id: string,
): Promise<{ language: string | null } | undefined> {
  return db.one(sql`
    select config ->> 'language' as language from bots
    where id = ${id}::uuid and tenant_id = ${tenant_id}::uuid for key share`)
}

export function pauseMinutes(
  db: Queryable,
  tenant_id: string,
  ids: string[],
): Promise<{ id: string; minutes: number }[]> {
  return db.query(sql.named('bots.pause_minutes')`
    select id, (config ->> 'pause_minutes')::int as minutes from bots
    where id = any(${ids}::uuid[]) and tenant_id = ${tenant_id}::uuid and config ->> 'pause_minutes' is not null`)
}
