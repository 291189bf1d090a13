// SQL of erasures: a row is its own queue entry.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Address } from '../kit/phone.ts'

export type Wanted = { aliases: Address[]; thread_ids: string[] }

export type ErasureRow = {
  id: string
  tenant_id: string
  contact_id: string | null
  state: 'running' | 'done'
  step: string
  cursor: string | null
  /** null: it is done. */
  wanted: Wanted | null
  counts: Record<string, number>
  requested_at: Date
  finished_at: Date | null
}

export async function insertErasure(
  db: Queryable,
  row: Pick<ErasureRow, 'id' | 'tenant_id' | 'contact_id' | 'step' | 'requested_at'> & { wanted: Wanted },
): Promise<ErasureRow> {
  const { id, tenant_id, contact_id, step, requested_at, wanted } = row
  const made = await db.one<ErasureRow>(sql`
    insert into erasures (id, tenant_id, contact_id, step, wanted, requested_at, due_at)
    values (${id}, ${tenant_id}, ${contact_id}, ${step}, ${sql.json(wanted)}::jsonb, ${requested_at}, now())
    returning *`)
  return made as ErasureRow
}

/** One that is under way already. */
export function findRunning(
  db: Queryable,
  tenant_id: string,
  contact_id: string | null,
  address: Address | undefined,
): Promise<ErasureRow | undefined> {
  return db.one<ErasureRow>(sql`
    select * from erasures
    where tenant_id = ${tenant_id} and state = 'running'
      and (contact_id = ${contact_id}::uuid
        or wanted -> 'aliases' @> ${address === undefined ? null : sql.json([address])}::jsonb)
    order by id limit 1`)
}

export function findErasure(db: Queryable, tenant_id: string, id: string): Promise<ErasureRow | undefined> {
  return db.one<ErasureRow>(sql`select * from erasures where tenant_id = ${tenant_id} and id = ${id}`)
}

export function listErasures(
  db: Queryable,
  tenant_id: string,
  page: { after: string | undefined; rows: number },
): Promise<ErasureRow[]> {
  const after = page.after ?? null
  return db.query<ErasureRow>(sql`
    select * from erasures
    where tenant_id = ${tenant_id} and (${after}::uuid is null or id < ${after}::uuid)
    order by id desc limit ${page.rows}`)
}

/** For so long; who is silent for longer loses it to another, which does no harm. */
export function claim(db: Queryable, limit: number, lease_ms: number): Promise<ErasureRow[]> {
  return db.query<ErasureRow>(sql.named('people.claim_erasures')`
    update erasures e set due_at = now() + ${lease_ms}::int * interval '1 ms'
    where e.id = any(array(
      select id from erasures where due_at <= now() order by due_at limit ${limit}::int for update skip locked))
    returning *`)
}

export async function save(db: Queryable, job: ErasureRow, due_in_ms: number): Promise<void> {
  await db.query(sql`
    update erasures set step = ${job.step}, cursor = ${job.cursor}, wanted = ${sql.json(job.wanted)}::jsonb,
      counts = ${sql.json(job.counts)}::jsonb, due_at = now() + ${due_in_ms}::int * interval '1 ms'
    where id = ${job.id} and state = 'running'`)
}

/** Whom it was about is known to nobody from here on. */
export async function finish(db: Queryable, job: ErasureRow, now: Date): Promise<void> {
  await db.query(sql`
    update erasures set state = 'done', wanted = null, cursor = null, counts = ${sql.json(job.counts)}::jsonb,
      finished_at = ${now}, due_at = null
    where id = ${job.id} and state = 'running'`)
}
