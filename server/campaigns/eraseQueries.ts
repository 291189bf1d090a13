// SQL about one person in the lists of campaigns.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Address } from '../kit/phone.ts'

export async function emptyRecipients(
  db: Queryable,
  tenant_id: string,
  aliases: Address[],
  reason: object,
): Promise<number> {
  const rows = await db.query(sql`
    update campaign_recipients r set alias = 'erased ' || r.ord, variables = null, components = null,
      state = case r.state when 'waiting' then 'skipped' else r.state end,
      reason = case when r.state = 'waiting' or r.reason is not null then ${sql.json(reason)}::jsonb end
    from campaigns c, json_to_recordset(${sql.json(aliases)}::json) as a(kind text, value text)
    where c.tenant_id = ${tenant_id}::uuid and r.campaign_id = c.id and r.alias_kind = a.kind and r.alias = a.value
    returning 1`)
  return rows.length
}

/** Whom numbers wrote to first is kept for two days, to count how many people that were. */
export async function emptyPortfolios(db: Queryable, tenant_id: string, aliases: Address[]): Promise<void> {
  await db.query(sql`
    select forget_portfolio_contacts(${tenant_id}::uuid,
      ${aliases.map(({ kind, value }) => (kind === 'phone' ? `+${value}` : value))}::text[])`)
}

export type RecipientRow = {
  campaign_id: string
  campaign: string
  state: string
  variables: object | null
  components: unknown
  reason: object | null
  message_id: string | null
}

export function recipientsOf(db: Queryable, tenant_id: string, aliases: Address[]): Promise<RecipientRow[]> {
  return db.query<RecipientRow>(sql`
    select r.campaign_id, c.name as campaign, r.state, r.variables, r.components, r.reason, r.message_id
    from campaigns c
    join json_to_recordset(${sql.json(aliases)}::json) as a(kind text, value text) on true
    join campaign_recipients r on r.campaign_id = c.id and r.alias_kind = a.kind and r.alias = a.value
    where c.tenant_id = ${tenant_id}::uuid order by c.id`)
}
