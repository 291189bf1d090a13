// SQL of what the breaker looks at.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type Health = {
  account_status: string
  restricted_until: Date | null
  number_held: boolean
  number_status: string
  quality_rating: string | null
  template_status: string | null
  template_category: string | null
}

export function health(db: Queryable, campaignId: string): Promise<Health | undefined> {
  return db.one<Health>(sql.named('campaigns.health')`
    select a.status as account_status, a.restricted_until, n.held and a.held as number_held, n.status as number_status,
      n.quality_rating, t.status as template_status, t.category as template_category
    from campaigns c join phone_numbers n on n.id = c.phone_number_id join accounts a on a.id = n.account_id
    left join templates t on t.account_id = a.id and t.name = c.template and t.language = c.language and t.removed_at is null
    where c.id = ${campaignId}::uuid`)
}

/** Which of these causes messages failed of that were made since then. */
export async function causesSince(
  db: Queryable,
  campaignId: string,
  codes: string[],
  since: Date,
): Promise<string[]> {
  const rows = await db.query<{ code: string }>(sql.named('campaigns.causes_since')`
    select distinct error ->> 'code' as code from messages
    where campaign_id = ${campaignId}::uuid and failed_at is not null and not superseded
      and (error ->> 'code') = any(${codes}::text[]) and created_at >= ${since}::timestamptz`)
  return rows.map(row => row.code)
}

/** How many people stopped marketing of this number, or of all, after this campaign had written to them. */
export async function optOuts(
  db: Queryable,
  campaign: { id: string; tenant_id: string; phone_number_id: string },
  since: Date,
): Promise<number> {
  const row = await db.one<{ count: number }>(sql.named('campaigns.opt_outs')`
    select count(distinct o.contact_id)::int as count from consents o
    where o.tenant_id = ${campaign.tenant_id}::uuid and o.value = 'stop' and o.at >= ${since}::timestamptz
      and o.category = 'marketing_messages'
      and o.phone_number_id in (${campaign.phone_number_id}::uuid, '00000000-0000-0000-0000-000000000000')
      and exists (
        select from messages m where m.contact_id = o.contact_id and m.campaign_id = ${campaign.id}::uuid
          and m.accepted_at <= o.at + interval '1 minute')`)
  return row?.count ?? 0
}

/** Messages that failed of this cause and whose recipients had not yet so many attempts. */
export async function retriesOf(
  db: Queryable,
  campaignId: string,
  code: string,
  mostAttempts: number,
  limit: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql.named('campaigns.retries_of')`
    select m.id from messages m join campaign_recipients r on r.campaign_id = m.campaign_id and r.ord = m.campaign_ord
    where m.campaign_id = ${campaignId}::uuid and m.failed_at is not null and not m.superseded
      and (m.error ->> 'code') = ${code} and m.status = 'failed' and r.attempts < ${mostAttempts}::int and r.message_id = m.id
    order by m.id limit ${limit}::int`)
  return rows.map(row => row.id)
}
