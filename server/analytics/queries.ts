// SQL that reads the roll-ups. Every statement adds what is folded in and what is not yet, in one snapshot.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Part } from './parts.ts'
import type { Span } from './zones.ts'

export type Kind = 'flow' | 'cost' | 'failure' | 'response'

/** Which messages: those of the tenant, of these accounts, and of what else is named. */
export type Filter = {
  tenant_id: string
  /** undefined: all of the tenant's. */
  account_ids?: string[]
  phone_number_id?: string
  template?: string
  campaign_id?: string
}

export type Count = { span: number; account_id: string; label: string; n: number }

/**
 * Sums by stretch of time, account and label. They come as one text for each label: ninety days of many labels as rows of
 * their own took longer to read than to add up.
 */
export async function readCounts(
  db: Queryable,
  filter: Filter,
  kind: Kind,
  time: { spans: readonly Span[]; parts: Part[] },
): Promise<Count[]> {
  const rows = await db.query<{ account_id: string; label: string; counts: string }>(sql`
    select account_id, label, string_agg(span || ':' || n, ',') as counts from (
      select span, account_id, label, sum(n) as n from (
        select p.span, s.account_id, c.label, c.n
        from rollup_slices s
        cross join json_to_recordset(${sql.json(time.parts)}::json) as p(span int, day date, lo int, hi int)
        cross join lateral (
          select label, rollup_until(p.hi, quarters, counts) - rollup_until(p.lo, quarters, counts) as n
          from rollup_days where slice_id = s.id and kind = ${kind} and day = p.day offset 0
        ) c
        where s.slice = ${sliceOf(filter)} and ${matches(filter)}
        union all
        select p.span, a.account_id, d.label, d.n
        from rollup_deltas d
        join phone_numbers a on a.id = d.phone_number_id
        join json_to_recordset(${sql.json(time.spans.map(boundaries))}::json) as p(span int, "from" timestamptz, "to" timestamptz)
          on d.at >= p.from and d.at < p.to
        where d.kind = ${kind} and ${matchesDelta(filter)}
      ) as both_parts
      group by 1, 2, 3 having sum(n) <> 0
    ) as sums
    group by 1, 2`)
  return rows.flatMap(({ account_id, label, counts }) =>
    counts.split(',').map(count => {
      const colon = count.indexOf(':')
      return { span: Number(count.slice(0, colon)), account_id, label, n: Number(count.slice(colon + 1)) }
    }),
  )
}

export type Named = { name: string; language: string; label: string; n: number }

/** Sums by campaign, by template and language, or by number, for one stretch of time. */
export function readByName(
  db: Queryable,
  filter: Filter,
  kind: Kind,
  by: 'campaign' | 'template' | 'number',
  time: { spans: readonly Span[]; parts: Part[] },
): Promise<(Named & { span: number })[]> {
  const slice = by === 'template' && filter.phone_number_id !== undefined ? 'number_template' : by
  const name = {
    campaign: sql`campaign_id::text`,
    template: sql`template`,
    number: sql`phone_number_id::text`,
  }[by]
  const language = by === 'template' ? sql`language` : sql`''`
  const there = { campaign: sql`campaign_id is not null`, template: sql`template <> ''`, number: sql`true` }[
    by
  ]
  return db.query(sql`
    select span, name, language, label, sum(n)::bigint as n from (
      select p.span, ${name} as name, ${language} as language, c.label, sum(c.n)::bigint as n
      from rollup_slices s
      cross join json_to_recordset(${sql.json(time.parts)}::json) as p(span int, day date, lo int, hi int)
      cross join lateral (
        select label, rollup_until(p.hi, quarters, counts) - rollup_until(p.lo, quarters, counts) as n
        from rollup_days where slice_id = s.id and kind = ${kind} and day = p.day offset 0
      ) c
      where s.slice = ${slice} and ${matches(filter)}
      group by 1, 2, 3, 4
      union all
      select p.span, ${by === 'number' ? sql`d.phone_number_id::text` : name} as name, ${language} as language, d.label, sum(d.n)
      from rollup_deltas d
      join phone_numbers a on a.id = d.phone_number_id
      join json_to_recordset(${sql.json(time.spans.map(boundaries))}::json) as p(span int, "from" timestamptz, "to" timestamptz)
        on d.at >= p.from and d.at < p.to
      where d.kind = ${kind} and ${there} and ${matchesDelta(filter)}
      group by 1, 2, 3, 4
    ) as both_parts
    group by 1, 2, 3, 4 having sum(n) <> 0 order by name, language, label`)
}

function boundaries({ start, end }: Span, span: number) {
  return { span, from: new Date(start), to: new Date(end) }
}

/** The shortest list of counts that knows what is asked for. */
function sliceOf({ campaign_id, template, phone_number_id }: Filter): string {
  if (campaign_id !== undefined) return 'campaign'
  if (template !== undefined) return phone_number_id === undefined ? 'template' : 'number_template'
  return phone_number_id === undefined ? 'account' : 'number'
}

function matches(filter: Filter) {
  const { tenant_id, account_ids } = filter
  const wanted = [sql`s.tenant_id = ${tenant_id}::uuid`, ...named(filter, sql`s.`)]
  if (account_ids) wanted.push(sql`s.account_id = any(${account_ids}::uuid[])`)
  return sql.join(wanted, ' and ')
}

function matchesDelta(filter: Filter) {
  const { tenant_id, account_ids } = filter
  const wanted = [sql`d.tenant_id = ${tenant_id}::uuid`, ...named(filter, sql`d.`)]
  if (account_ids) wanted.push(sql`a.account_id = any(${account_ids}::uuid[])`)
  return sql.join(wanted, ' and ')
}

function named({ phone_number_id, template, campaign_id }: Filter, of: ReturnType<typeof sql>) {
  return [
    ...(phone_number_id === undefined ? [] : [sql`${of}phone_number_id = ${phone_number_id}::uuid`]),
    ...(template === undefined ? [] : [sql`${of}template = ${template}`]),
    ...(campaign_id === undefined ? [] : [sql`${of}campaign_id = ${campaign_id}::uuid`]),
  ]
}

export type BilledAccount = {
  id: string
  waba_id: string
  currency: string | null
  timezone_id: string | null
  business_id: string | null
  sandbox: boolean
}

/** Every account that the tenant has or had, the oldest first. */
export function readAccounts(db: Queryable, tenant_id: string): Promise<BilledAccount[]> {
  return db.query(sql.named('analytics.accounts')`
    select id, waba_id, currency, timezone_id, business_id, sandbox from accounts
    where tenant_id = ${tenant_id}::uuid order by id`)
}

/** Names live with the campaigns, above this room; nothing else is read of them. */
export function readCampaigns(
  db: Queryable,
  tenant_id: string,
  ids: string[],
): Promise<{ id: string; name: string }[]> {
  return db.query(sql.named('analytics.campaigns')`
    select id, name from campaigns where tenant_id = ${tenant_id}::uuid and id = any(${ids}::uuid[])`)
}
