// SQL of the pace that all processes share for a number.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/** `id` is a number's, or a campaign's that has a rate of its own. `most`: slots a second when nothing slows it down. */
export type Wanted = { ord: number; id: string; slots: number; most: number }

/** `starts_in_ms` is when the first of the slots is due (negative: already); the others follow at `rate` a second. */
export type Granted = { ord: number; starts_in_ms: number; rate: number }

/**
 * Reserves slots in numbers' futures, one row a number. Single sends queue behind each other alone, and push what campaigns
 * will reserve back by as much: over any while the two together keep the rate. Campaigns queue behind everything. A number at
 * rest may begin with a tenth of a second's worth at once.
 */
export function reserve(db: Queryable, wanted: Wanted[], forSingles: boolean): Promise<Granted[]> {
  return db.query<Granted>(sql.named('pace.reserve')`
    with input as (
      select * from json_to_recordset(${sql.json(wanted)}::json) as i(ord int, id uuid, slots int, most real)
    ), moved as (
      insert into number_pace as p (phone_number_id, due_at, singles_at, rate, rate_at)
      select id, clock_timestamp() - interval '100 ms' + slots / most * interval '1 s',
        case when ${forSingles}::boolean then clock_timestamp() - interval '100 ms' + slots / most * interval '1 s'
          else '-infinity' end, most, clock_timestamp()
      from input order by id
      on conflict (phone_number_id) do update set
        rate = pace_now(p.rate, p.rate_at, excluded.rate),
        rate_at = clock_timestamp(),
        singles_at = case when ${forSingles} then greatest(p.singles_at, clock_timestamp() - interval '100 ms')
          + (select i.slots from input i where i.id = excluded.phone_number_id)
            / pace_now(p.rate, p.rate_at, excluded.rate) * interval '1 s' else p.singles_at end,
        due_at = greatest(p.due_at, clock_timestamp() - interval '100 ms')
          + (select i.slots from input i where i.id = excluded.phone_number_id)
            / pace_now(p.rate, p.rate_at, excluded.rate) * interval '1 s'
      returning phone_number_id, case when ${forSingles} then singles_at else due_at end as until, rate
    )
    select i.ord, m.rate,
      extract(epoch from m.until - clock_timestamp())::float8 * 1000 - i.slots * 1000 / m.rate as starts_in_ms
    from input i join moved m on m.phone_number_id = i.id`)
}

/** Meta said that the number is too fast: half the pace for everybody (once a second at most), and a pause. */
export async function slowDown(db: Queryable, id: string, most: number, pauseMs: number): Promise<void> {
  await db.query(sql.named('pace.slow_down')`
    insert into number_pace as p (phone_number_id, due_at, singles_at, rate, rate_at, throttled_at)
    values (${id}::uuid, clock_timestamp() + ${pauseMs}::int * interval '1 ms',
      clock_timestamp() + ${pauseMs}::int * interval '1 ms', ${most}::real / 2, clock_timestamp(), clock_timestamp())
    on conflict (phone_number_id) do update set
      rate = greatest(${most}::real / 50, case when p.throttled_at > clock_timestamp() - interval '1 s' then p.rate
        else pace_now(p.rate, p.rate_at, ${most}::real) / 2 end),
      rate_at = clock_timestamp(), throttled_at = clock_timestamp(), due_at = greatest(p.due_at, excluded.due_at),
      singles_at = greatest(p.singles_at, excluded.singles_at)`)
}
