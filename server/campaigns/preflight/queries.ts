// SQL of the preflight: a few statements over all recipients at once. Who is left out is kept in a table of the
// transaction's own, so that everybody is counted once.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/** A million recipients take longer than other statements may. */
export async function beginPreflight(tx: Queryable): Promise<void> {
  await tx.query(sql`select set_config('statement_timeout', '0', true)`)
  await tx.query(sql`create temporary table preflight_skipped (ord bigint primary key) on commit drop`)
}

export type ByCountry = { country: string | null; recipients: number }

export function countWaiting(db: Queryable, campaign_id: string): Promise<ByCountry[]> {
  return db.query(sql`
    select country, count(*) as recipients from campaign_recipients
    where campaign_id = ${campaign_id}::uuid and state = 'waiting'
    group by country order by recipients desc, country`)
}

/** People who want no marketing from the number; from here on they are left out of what is counted, if they are skipped. */
export async function findOptedOut(
  tx: Queryable,
  campaign: { id: string; tenant_id: string; phone_number_id: string },
  skip: boolean,
): Promise<ByCountry[]> {
  const { id, tenant_id, phone_number_id } = campaign
  return tx.query(sql`
    with found as (
      select distinct r.ord, r.country
      from contacts c
      join contact_aliases a on a.contact_id = c.id
      join campaign_recipients r on r.campaign_id = ${id}::uuid and r.alias_kind = a.kind and r.alias = a.value
      where c.tenant_id = ${tenant_id}::uuid and c.marketing_opt_out and r.state = 'waiting'
        and stopped_marketing(c.id, ${phone_number_id}::uuid)
    ), kept as (
      insert into preflight_skipped select ord from found where ${skip}
    )
    select country, count(*) as recipients from found group by country`)
}

export function leftOutBefore(
  db: Queryable,
  campaign_id: string,
): Promise<{ duplicates: number } | undefined> {
  return db.one(sql`
    select coalesce(sum((result ->> 'duplicates')::bigint), 0)::bigint as duplicates
    from campaign_uploads where campaign_id = ${campaign_id}::uuid`)
}

export type OtherCampaign = { id: string; name: string; status: string; phone_number_id: string }

export function otherCampaigns(db: Queryable, tenant_id: string, id: string): Promise<OtherCampaign[]> {
  return db.query(sql`
    select id, name, status, phone_number_id from campaigns
    where tenant_id = ${tenant_id}::uuid and id <> ${id}::uuid and status in ('scheduled', 'running', 'paused')
    order by id desc limit 100`)
}

/** How many recipients stand in each of those campaigns too; the row without id: in any of them. */
export function countShared(
  db: Queryable,
  campaign_id: string,
  others: string[],
): Promise<{ id: string | null; recipients: number }[]> {
  return db.query(sql`
    select o.campaign_id as id, count(distinct r.ord) as recipients
    from campaign_recipients r
    join campaign_recipients o on o.alias_kind = r.alias_kind and o.alias = r.alias
    where r.campaign_id = ${campaign_id}::uuid and r.state = 'waiting' and o.campaign_id = any(${others}::uuid[])
      and o.state in ('waiting', 'expanded')
    group by grouping sets ((o.campaign_id), ())`)
}

/**
 * Recipients beyond the first of the same person. Two addresses of one person are a phone number and a user id, or two
 * spellings of a number in the countries where WhatsApp's own differs from the dialled one.
 */
export function countSamePerson(
  db: Queryable,
  campaign_id: string,
  tenant_id: string,
): Promise<{ recipients: number } | undefined> {
  return db.one(sql`
    with several as (
      select a.contact_id from campaign_recipients r
      join contact_aliases a on a.tenant_id = ${tenant_id}::uuid and a.kind = r.alias_kind and a.value = r.alias
      where r.campaign_id = ${campaign_id}::uuid and r.state = 'waiting'
        and (r.alias_kind = 'user_id' or r.country in ('BR', 'MX', 'AR'))
      group by a.contact_id
    ), people as (
      select s.contact_id, count(*) as recipients from several s
      join contact_aliases a on a.contact_id = s.contact_id
      join campaign_recipients r on r.campaign_id = ${campaign_id}::uuid and r.alias_kind = a.kind and r.alias = a.value
      where r.state = 'waiting' group by s.contact_id having count(*) > 1
    )
    select coalesce(sum(recipients - 1), 0)::bigint as recipients from people`)
}

export function countUserIds(
  db: Queryable,
  campaign_id: string,
): Promise<{ recipients: number } | undefined> {
  return db.one(sql`
    select count(*) as recipients from campaign_recipients
    where campaign_id = ${campaign_id}::uuid and state = 'waiting' and alias_kind = 'user_id'`)
}

/** Recipients who do not count against the messaging limit: with an open window, or written to within the day already. */
export async function countFree(
  tx: Queryable,
  campaign: { id: string; phone_number_id: string; portfolio: string },
  now: Date,
): Promise<number> {
  const { id, phone_number_id, portfolio } = campaign
  const row = await tx.one<{ recipients: number }>(sql`
    with free as (
      select case when recipient like '+%' then 'phone' else 'user_id' end as kind, ltrim(recipient, '+') as value
      from portfolio_contacts where portfolio = ${portfolio} and at > ${now}::timestamptz - interval '24 hours'
      union
      select a.kind, a.value from windows w join contact_aliases a on a.contact_id = w.contact_id
      where w.phone_number_id = ${phone_number_id}::uuid and w.last_inbound_at > ${now}::timestamptz - interval '24 hours'
    )
    select count(*) as recipients
    from free f
    join campaign_recipients r on r.campaign_id = ${id}::uuid and r.alias_kind = f.kind and r.alias = f.value
    where r.state = 'waiting' and not exists (select from preflight_skipped s where s.ord = r.ord)`)
  return row?.recipients ?? 0
}

export type First = {
  variables: Record<string, unknown> | null
  components: object[] | null
  contact_id: string | null
}

/** The first who wait, with the contact of each where there is one. */
export function firstWaiting(
  db: Queryable,
  campaign: { id: string; tenant_id: string },
  rows: number,
): Promise<First[]> {
  return db.query(sql`
    select r.variables, r.components, a.contact_id from (
      select * from campaign_recipients where campaign_id = ${campaign.id}::uuid and state = 'waiting'
      order by ord limit ${rows}::int) r
    left join contact_aliases a on a.tenant_id = ${campaign.tenant_id}::uuid and a.kind = r.alias_kind and a.value = r.alias
    order by r.ord`)
}

export async function sampleVariables(
  db: Queryable,
  campaign_id: string,
  rows: number,
): Promise<Record<string, unknown>[]> {
  const found = await db.query<{ variables: Record<string, unknown> }>(sql`
    select variables from campaign_recipients
    where campaign_id = ${campaign_id}::uuid and state = 'waiting' and variables is not null and components is null
    order by ord limit ${rows}::int`)
  return found.map(row => row.variables)
}

/** A variable that a plain text fills: under which key it stands, and what it is really called. */
export type Plain = { name: string; key: string; required: boolean }

export type Doubtful = {
  ord: number
  alias_kind: 'phone' | 'user_id'
  alias: string
  country: string | null
  variables: Record<string, unknown> | null
  components: object[] | null
}

/**
 * Recipients of whom a statement alone cannot tell that all is well with them: they lack a value, have one that is long
 * or of several lines, or have components of their own. `most` null: nobody can be told so, and everybody is doubtful.
 */
export function nextDoubtful(
  tx: Queryable,
  campaign_id: string,
  after: number,
  rows: number,
  plain: Plain[],
  most: number | null,
): Promise<Doubtful[]> {
  const fine = plain.map(one => fineWith(one, most ?? 0))
  const all = most === null ? sql`false` : sql.join([sql`r.components is null`, ...fine], ' and ')
  return tx.query(sql`
    select r.ord, r.alias_kind, r.alias, r.country, r.variables, r.components from campaign_recipients r
    where r.campaign_id = ${campaign_id}::uuid and r.state = 'waiting' and r.ord > ${after}::bigint
      and (${all}) is not true
      and not exists (select from preflight_skipped s where s.ord = r.ord)
    order by r.ord limit ${rows}::int`)
}

function fineWith({ name, key, required }: Plain, most: number) {
  const value = sql`(r.variables ->> ${key}::text)`
  const text = sql`jsonb_typeof(r.variables -> ${key}::text) in ('string', 'number')
    and length(${value}) <= ${most}::int and ${value} !~ '[\\r\\n\\t]|     ' and ${value} ~ '[[:alnum:]]'`
  const own = key === name ? sql`true` : sql`not r.variables ? ${name}::text`
  return required
    ? sql`(${own} and ${text})`
    : sql`(r.variables is null or (${own} and (not r.variables ? ${key}::text or (${text}))))`
}
