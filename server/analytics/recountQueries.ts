// SQL that counts messages anew and holds the roll-ups against them. The one place of this room that reads messages, which
// belong to a room above it.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import { foldTable, series, spread } from './foldQueries.ts'

/** Whole days of UTC; `until` does not belong to it. */
export type Days = { from: string; until: string; tenant_id?: string }

export async function beginSnapshot(tx: Queryable): Promise<void> {
  await tx.query(sql`set transaction isolation level repeatable read`)
  await takeTime(tx)
}

/** Months of messages take longer than a call may. */
export async function takeTime(tx: Queryable): Promise<void> {
  await tx.query(
    sql`select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`,
  )
}

/** Until the transaction ends nobody folds; what is not folded in is counted by readers all the same. */
export async function holdFolding(tx: Queryable): Promise<void> {
  await takeTime(tx)
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('carom rollups', 0))`)
}

/** A status may come a month after its message, and what is written now may be about days long past. */
const slack = sql`interval '40 days'`

/** What messages add to these days, those that are deleted too, into a temporary table. */
export async function recount(tx: Queryable, days: Days): Promise<void> {
  await tx.query(sql`
    create temporary table recount (tenant_id uuid, phone_number_id uuid, template text, language text, campaign_id uuid,
      kind text, label text, at timestamptz, n integer) on commit drop`)
  await tx.query(sql`
    insert into recount
    select tenant_id, phone_number_id, template, language, campaign_id, (fact).kind, (fact).label, (fact).at, count(*)
    from (
      select m.tenant_id, m.phone_number_id, coalesce(m.template ->> 'name', '') as template,
        coalesce(m.template ->> 'language', '') as language, m.campaign_id,
        unnest(message_counts(m.direction, m.origin, m.type, m.status, m.bot_id is not null or m.automatic, m.recipient, m.template,
          m.error ->> 'code', m.pricing, m.response_s, m.sent_at, m.accepted_at, m.delivered_at, m.read_at, m.replied_at,
          m.failed_at)) as fact
      from messages m
      where ${ofTenant(days)} and m.created_at >= ${days.from}::date - ${slack} and m.created_at < ${days.until}::date + ${slack}
    ) as facts
    where (fact).at >= ${days.from}::date::timestamp at time zone 'UTC' and (fact).at < ${days.until}::date::timestamp at time zone 'UTC'
    group by 1, 2, 3, 4, 5, 6, 7, 8
    union all
    select tenant_id, phone_number_id, template, language, campaign_id, kind, label, at, n
    from rollup_departed m where ${ofTenant(days)}
      and at >= ${days.from}::date::timestamp at time zone 'UTC' and at < ${days.until}::date::timestamp at time zone 'UTC'`)
}

export type Difference = {
  tenant_id: string
  slice: string
  phone_number_id: string | null
  template: string
  language: string
  campaign_id: string | null
  kind: string
  label: string
  day: string
  counted: number
  rolled_up: number
}

const cell = sql`tenant_id, account_id, slice, phone_number_id, template, language, campaign_id, kind, day, label`

/** Where the recount and the roll-ups differ, in any quarter hour. */
export function findDifferences(tx: Queryable, days: Days, limit: number): Promise<Difference[]> {
  return tx.query(sql`
    with pending as (
      select * from rollup_deltas m where ${ofTenant(days)}
        and at >= ${days.from}::date::timestamp at time zone 'UTC' and at < ${days.until}::date::timestamp at time zone 'UTC'
    ), ${spread(sql`recount`, sql`counted`)}, ${spread(sql`pending`, sql`unfolded`)}, moved as (
      select ${cell}, quarter, n from counted
      union all select ${cell}, quarter, -n from unfolded
    ), expected as (
      select ${cell}, quarter, sum(n) as n from moved group by ${cell}, quarter having sum(n) <> 0
    ), cells as (
      select ${cell}, ${series}, 1 as side
      from (select *, sum(n) over (partition by ${cell} order by quarter) as total from expected) as summed
      group by ${cell}
      union all
      select m.tenant_id, m.account_id, m.slice, m.phone_number_id, m.template, m.language, m.campaign_id, r.kind, r.day,
        r.label, r.quarters, r.counts, -1
      from rollup_slices m join rollup_days r on r.slice_id = m.id
      where ${ofTenant(days)} and r.day >= ${days.from}::date and r.day < ${days.until}::date and r.quarters <> '{}'
    )
    select tenant_id, slice, phone_number_id, template, language, campaign_id, kind, label, day,
      coalesce(sum(counts[cardinality(counts)]) filter (where side = 1), 0)::int as counted,
      coalesce(sum(counts[cardinality(counts)]) filter (where side = -1), 0)::int as rolled_up
    from cells
    group by ${cell}
    having count(*) <> 2 or min(quarters) <> max(quarters) or min(counts) <> max(counts)
    order by day, slice, kind, label limit ${limit}::int`)
}

/** Puts the recount in the place of what was there: in one snapshot, so that what traffic adds meanwhile stays. */
export async function replaceRollups(tx: Queryable, days: Days): Promise<void> {
  await tx.query(sql`
    delete from rollup_deltas m where ${ofTenant(days)}
      and at >= ${days.from}::date::timestamp at time zone 'UTC' and at < ${days.until}::date::timestamp at time zone 'UTC'`)
  await tx.query(sql`
    delete from rollup_days r using rollup_slices m
    where r.slice_id = m.id and ${ofTenant(days)} and r.day >= ${days.from}::date and r.day < ${days.until}::date`)
  await foldTable(tx, sql`recount`)
}

export type Threads = { phone_number_id: string; contact_id: string }[]

/** The threads in which something was sent or received in these days, so many after the last one. */
export function nextThreads(
  db: Queryable,
  days: Days,
  after: Threads[number] | undefined,
  limit: number,
): Promise<Threads> {
  const from = after ?? { phone_number_id: null, contact_id: null }
  return db.query(sql`
    select distinct phone_number_id, contact_id from messages m
    where ${ofTenant(days)} and created_at >= ${days.from}::date - ${slack} and created_at < ${days.until}::date + ${slack}
      and (${from.contact_id}::uuid is null
        or (contact_id, phone_number_id) > (${from.contact_id}::uuid, ${from.phone_number_id}::uuid))
    order by contact_id, phone_number_id limit ${limit}::int`)
}

/** Works out anew who answered whom; answers how many messages had it wrong. */
export async function attributeAnew(db: Queryable, threads: Threads, since: string): Promise<number> {
  const row = await db.one<{ changed: number }>(sql`
    select attribute_replies(array_agg(phone_number_id), array_agg(contact_id),
      array_agg(${since}::date::timestamp at time zone 'UTC')) as changed
    from json_to_recordset(${sql.json(threads)}::json) as t(phone_number_id uuid, contact_id uuid)`)
  return row?.changed ?? 0
}

function ofTenant({ tenant_id }: Days) {
  return tenant_id === undefined ? sql`true` : sql`m.tenant_id = ${tenant_id}::uuid`
}
