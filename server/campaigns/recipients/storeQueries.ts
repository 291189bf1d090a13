// SQL by which recipients come in: staged in a table of the transaction's own, then taken over in one statement.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export const STAGING = 'staged_recipients'

/** A million rows take longer than other statements may; the transaction's other statements wait for nobody. */
export async function openStaging(tx: Queryable): Promise<void> {
  await tx.query(sql`select set_config('statement_timeout', '0', true)`)
  await tx.query(sql`
    create temporary table staged_recipients (
      n bigint not null, line bigint not null, alias_kind text not null, alias text not null, country text,
      variables jsonb, components jsonb
    ) on commit drop`)
}

type Into = { id: string; tenant_id: string; last_ord: number }

/** Who is there already, or stood further up, is left out. Answers how many were added. */
export async function insertStaged(tx: Queryable, { id, tenant_id, last_ord }: Into): Promise<number> {
  const row = await tx.one<{ added: number }>(sql`
    with added as (
      insert into campaign_recipients (campaign_id, ord, tenant_id, alias_kind, alias, country, variables, components)
      select ${id}::uuid, ${last_ord}::bigint + n, ${tenant_id}::uuid, alias_kind, alias, country, variables, components
      from staged_recipients
      on conflict (campaign_id, alias_kind, alias) do nothing
      returning 1
    )
    select count(*) as added from added`)
  return row?.added ?? 0
}

export async function moveCursor(tx: Queryable, id: string, staged: number, now: Date): Promise<void> {
  await tx.query(sql`
    update campaigns set last_ord = last_ord + ${staged}::bigint, updated_at = ${now}::timestamptz where id = ${id}::uuid`)
}

export type LeftOut = {
  line: number
  alias: string
  alias_kind: 'phone' | 'user_id'
  first_line: number | null
}

/** Duplicates, with the line of the one that counts where it was given in the same call. */
export function leftOut(tx: Queryable, { id, last_ord }: Into, most: number): Promise<LeftOut[]> {
  return tx.query(sql`
    with left_out as (
      select line, alias_kind, alias from staged_recipients s
      where not exists (
        select from campaign_recipients r where r.campaign_id = ${id}::uuid and r.ord = ${last_ord}::bigint + s.n)
      order by line limit ${most}
    )
    select l.line, l.alias_kind, l.alias, f.line as first_line
    from left_out l
    join campaign_recipients r
      on r.campaign_id = ${id}::uuid and r.alias_kind = l.alias_kind and r.alias = l.alias
    left join staged_recipients f on f.n = r.ord - ${last_ord}::bigint
    order by l.line`)
}

export type OptedOut = { total: number; line: number; alias_kind: 'phone' | 'user_id'; alias: string }

/** Of those who were just added: people who want no marketing from the number. `total` is of all of them. */
export function optedOutAdded(
  tx: Queryable,
  { id, tenant_id, last_ord }: Into,
  phone_number_id: string,
  most: number,
): Promise<OptedOut[]> {
  return tx.query(sql`
    select count(*) over () as total, s.line, s.alias_kind, s.alias
    from contacts c
    join contact_aliases a on a.contact_id = c.id
    join campaign_recipients r
      on r.campaign_id = ${id}::uuid and r.alias_kind = a.kind and r.alias = a.value and r.ord > ${last_ord}::bigint
    join staged_recipients s on s.n = r.ord - ${last_ord}::bigint
    where c.tenant_id = ${tenant_id}::uuid and c.marketing_opt_out and stopped_marketing(c.id, ${phone_number_id}::uuid)
    order by s.line limit ${most}`)
}

export type UploadRow = {
  id: string
  tenant_id: string
  campaign_id: string
  idempotency_id: string | null
  columns: string[]
  result: object
  created_at: Date
}

export async function insertUpload(tx: Queryable, row: UploadRow): Promise<void> {
  await tx.query(sql`
    insert into campaign_uploads (id, tenant_id, campaign_id, idempotency_id, columns, result, created_at)
    values (${row.id}::uuid, ${row.tenant_id}::uuid, ${row.campaign_id}::uuid, ${row.idempotency_id}::uuid,
      ${row.columns}::text[], ${sql.json(row.result)}::jsonb, ${row.created_at}::timestamptz)`)
}

/** What a call answered that was cut off after it had committed. */
export function uploadByIdempotency(
  db: Queryable,
  tenant_id: string,
  idempotency_id: string,
): Promise<{ result: object } | undefined> {
  return db.one(sql`
    select result from campaign_uploads
    where tenant_id = ${tenant_id}::uuid and idempotency_id = ${idempotency_id}::uuid`)
}

/** What the variables of a campaign's recipients are called, in the order in which they came. */
export async function columnsOf(db: Queryable, campaign_id: string): Promise<string[]> {
  const rows = await db.query<{ columns: string[] }>(sql`
    select columns from campaign_uploads where campaign_id = ${campaign_id}::uuid order by id`)
  return [...new Set(rows.flatMap(row => row.columns))]
}
