// SQL that folds differences into the roll-ups.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/**
 * Takes so many differences and adds them to every slice that they belong to: one statement, so one snapshot, in which
 * readers see them here or there. Keys are touched in order. Answers how many it took; one process at a time takes any.
 */
export async function fold(tx: Queryable, limit: number): Promise<number> {
  const lock = await tx.one<{ mine: boolean }>(sql.named('analytics.fold_lock')`
    select pg_try_advisory_xact_lock(hashtextextended('carom rollups', 0)) as mine`)
  if (!lock?.mine) return 0
  const row = await tx.one<{ taken: number }>(sql.named('analytics.fold')`
    with taken as (
      delete from rollup_deltas where id = any(array(select id from rollup_deltas order by id limit ${limit}::int))
      returning tenant_id, phone_number_id, template, language, campaign_id, kind, label, at, n
    ), ${addTo(sql`taken`)}
    select count(*)::int as taken from taken`)
  return row?.taken ?? 0
}

/** The same with a whole table of them, which stays as it is. */
export async function foldTable(tx: Queryable, table: ReturnType<typeof sql>): Promise<void> {
  await tx.query(sql`with ${addTo(table)} select`)
}

/** Adds what a table holds to the roll-ups. Nobody else writes them meanwhile, so what is there can be read and put back. */
function addTo(table: ReturnType<typeof sql>) {
  return sql`${spread(table, sql`spread`)}, ${knownSlices}, added as (
    select k.id, s.kind, s.day, s.label, s.quarter, s.n from spread s join known k on ${sameSlice}
  ), there as (
    select r.slice_id, r.kind, r.day, r.label, u.quarter, u.count - coalesce(lag(u.count) over (
      partition by r.slice_id, r.kind, r.day, r.label order by u.quarter), 0) as n
    from (select distinct id, kind, day, label from added) a
    cross join lateral (
      select * from rollup_days
      where slice_id = a.id and kind = a.kind and day = a.day and label = a.label offset 0
    ) r
    cross join lateral unnest(r.quarters, r.counts) as u(quarter, count)
  ), quarters as (
    select id, kind, day, label, quarter, sum(n) as n
    from (select * from added union all select * from there) as both_parts group by 1, 2, 3, 4, 5
  ), days as (
    select id, kind, day, label, ${series}
    from (
      select *, sum(n) over (partition by id, kind, day, label order by quarter) as total from quarters
    ) as summed group by 1, 2, 3, 4
  ), folded as (
    insert into rollup_days as r (slice_id, kind, day, label, quarters, counts)
    select id, kind, day, label, quarters, counts from days order by id, kind, day, label
    on conflict (slice_id, kind, day, label) do update set quarters = excluded.quarters, counts = excluded.counts
  )`
}

/** Of `quarter`, `n` and the sums so far in `total`. Quarter hours in which nothing is left are left out. */
export const series = sql`
  coalesce(array_agg(quarter order by quarter) filter (where n <> 0), '{}') as quarters,
  coalesce(array_agg(total::int order by quarter) filter (where n <> 0), '{}') as counts`

/** Differences (or a recount) as sums by slice, day and quarter hour (from 1). */
export function spread(from: ReturnType<typeof sql>, name: ReturnType<typeof sql>) {
  return sql`${name} as (
    select f.tenant_id, p.account_id, s.slice, s.phone_number_id, s.template, s.language, s.campaign_id, f.kind, f.label,
      (f.at at time zone 'UTC')::date as day,
      (extract(epoch from (f.at at time zone 'UTC')::time) / 900)::int + 1 as quarter, sum(f.n)::int as n
    from ${from} f
    join phone_numbers p on p.id = f.phone_number_id
    cross join lateral (values
      ('account', null::uuid, '', '', null::uuid, true),
      ('number', f.phone_number_id, '', '', null, true),
      ('template', null, f.template, f.language, null, f.template <> ''),
      ('number_template', f.phone_number_id, f.template, f.language, null, f.template <> ''),
      ('campaign', f.phone_number_id, f.template, f.language, f.campaign_id, f.campaign_id is not null)
    ) as s(slice, phone_number_id, template, language, campaign_id, applies)
    where s.applies
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    having sum(f.n) <> 0
  )`
}

/** The slices of `spread` with their ids; those that are new are made. */
const knownSlices = sql`wanted as (
    select distinct tenant_id, account_id, slice, phone_number_id, template, language, campaign_id from spread
  ), made as (
    insert into rollup_slices (tenant_id, account_id, slice, phone_number_id, template, language, campaign_id)
    select * from wanted on conflict do nothing
    returning id, tenant_id, account_id, slice, phone_number_id, template, language, campaign_id
  ), known as (
    select * from made
    union all
    select r.id, r.tenant_id, r.account_id, r.slice, r.phone_number_id, r.template, r.language, r.campaign_id
    from wanted w join rollup_slices r using (tenant_id, account_id, slice, template, language)
    where r.phone_number_id is not distinct from w.phone_number_id and r.campaign_id is not distinct from w.campaign_id
  )`

const sameSlice = sql`k.tenant_id = s.tenant_id and k.account_id = s.account_id and k.slice = s.slice
  and k.template = s.template and k.language = s.language and k.phone_number_id is not distinct from s.phone_number_id
  and k.campaign_id is not distinct from s.campaign_id`
