// Every SQL statement about campaigns themselves. Those of recipients, of the preflight and of the run are in their chambers.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Budgets, CampaignRow, QuietHours } from './schema.ts'

/** The whole row, with what of its number counts. A portfolio that Meta did not name is the WABA. */
export const shown = sql`
  select c.*, n.phone_number_id as meta_phone_number_id, n.messaging_limit, coalesce(a.business_id, a.waba_id) as portfolio
  from campaigns c join phone_numbers n on n.id = c.phone_number_id join accounts a on a.id = n.account_id`

export function campaignById(db: Queryable, tenant_id: string, id: string): Promise<CampaignRow | undefined> {
  return db.one(sql`${shown} where c.id = ${id}::uuid and c.tenant_id = ${tenant_id}::uuid`)
}

export type CampaignFilters = { status?: string; template?: string; phone_number_id?: string }

export function listCampaigns(
  db: Queryable,
  tenant_id: string,
  filters: CampaignFilters,
  page: { after: string | undefined; rows: number },
): Promise<CampaignRow[]> {
  const where = [sql`c.tenant_id = ${tenant_id}::uuid`]
  if (filters.status !== undefined) where.push(sql`c.status = ${filters.status}`)
  if (filters.template !== undefined) where.push(sql`c.template = ${filters.template}`)
  if (filters.phone_number_id !== undefined)
    where.push(sql`c.phone_number_id = ${filters.phone_number_id}::uuid`)
  if (page.after !== undefined) where.push(sql`c.id < ${page.after}::uuid`)
  return db.query(sql`${shown} where ${sql.join(where, ' and ')} order by c.id desc limit ${page.rows}`)
}

export type NewCampaignRow = {
  id: string
  tenant_id: string
  phone_number_id: string
  name: string
  template: string
  language: string
  components: object[] | null
  rate_per_second: number | null
  quiet_hours: QuietHours | null
  skip_opted_out: boolean
  budgets: Budgets
  scheduled_at: Date | null
  created_at: Date
}

export async function insertCampaign(db: Queryable, row: NewCampaignRow): Promise<void> {
  await db.query(sql`
    insert into campaigns (id, tenant_id, phone_number_id, name, template, language, components, rate_per_second, quiet_hours,
      skip_opted_out, budgets, status, scheduled_at, created_at, updated_at)
    values (${row.id}::uuid, ${row.tenant_id}::uuid, ${row.phone_number_id}::uuid, ${row.name}, ${row.template},
      ${row.language}, ${orNull(row.components)}::jsonb, ${row.rate_per_second}::int, ${orNull(row.quiet_hours)}::jsonb,
      ${row.skip_opted_out}, ${sql.json(row.budgets)}::jsonb, 'draft', ${row.scheduled_at}::timestamptz,
      ${row.created_at}::timestamptz, ${row.created_at}::timestamptz)`)
}

export type CampaignChange = Partial<Omit<NewCampaignRow, 'id' | 'tenant_id' | 'created_at'>>

/** What the change does not name stays. */
export async function updateCampaign(
  db: Queryable,
  id: string,
  change: CampaignChange,
  now: Date,
): Promise<void> {
  await db.query(sql`
    update campaigns c set
      name = coalesce(p ->> 'name', c.name),
      template = coalesce(p ->> 'template', c.template),
      language = coalesce(p ->> 'language', c.language),
      phone_number_id = coalesce((p ->> 'phone_number_id')::uuid, c.phone_number_id),
      components = case when p ? 'components' then nullif(p -> 'components', 'null') else c.components end,
      rate_per_second = case when p ? 'rate_per_second' then (p ->> 'rate_per_second')::int else c.rate_per_second end,
      quiet_hours = case when p ? 'quiet_hours' then nullif(p -> 'quiet_hours', 'null') else c.quiet_hours end,
      skip_opted_out = coalesce((p ->> 'skip_opted_out')::boolean, c.skip_opted_out),
      budgets = coalesce(p -> 'budgets', c.budgets),
      scheduled_at = case when p ? 'scheduled_at' then (p ->> 'scheduled_at')::timestamptz else c.scheduled_at end,
      updated_at = ${now}::timestamptz
    from (select ${sql.json(change)}::jsonb as p) as patch
    where c.id = ${id}::uuid`)
}

export async function deleteCampaign(db: Queryable, id: string): Promise<void> {
  await db.query(sql`select set_config('statement_timeout', '0', true)`)
  await db.query(sql`delete from campaigns where id = ${id}::uuid`)
}

function orNull(value: object | null): string | null {
  return value === null ? null : sql.json(value)
}
