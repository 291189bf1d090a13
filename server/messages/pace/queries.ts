// SQL of the pace that all processes share for a number.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type Wanted = { ord: number; phone_number_id: string; slots: number; most: number }

/** `starts_in_ms` is when the first of the slots is due (negative: already); the others follow at `rate` a second. */
export type Granted = { ord: number; starts_in_ms: number; rate: number }

/** Reserves slots in numbers' futures, one row a number. A number at rest may begin with a tenth of a second's worth at once. */
export function reserve(db: Queryable, wanted: Wanted[]): Promise<Granted[]> {
  return db.query<Granted>(sql.named('pace.reserve')`
    with input as (
      select * from json_to_recordset(${sql.json(wanted)}::json) as i(ord int, phone_number_id uuid, slots int, most real)
    ), moved as (
      insert into number_pace as p (phone_number_id, due_at, rate, rate_at)
      select phone_number_id, clock_timestamp() - interval '100 ms' + slots / most * interval '1 s', most, clock_timestamp()
      from input order by phone_number_id
      on conflict (phone_number_id) do update set
        rate = pace_now(p.rate, p.rate_at, excluded.rate),
        rate_at = clock_timestamp(),
        due_at = greatest(p.due_at, clock_timestamp() - interval '100 ms')
          + (select i.slots from input i where i.phone_number_id = excluded.phone_number_id)
            / pace_now(p.rate, p.rate_at, excluded.rate) * interval '1 s'
      returning phone_number_id, due_at, rate
    )
    select i.ord, m.rate,
      extract(epoch from m.due_at - clock_timestamp())::float8 * 1000 - i.slots * 1000 / m.rate as starts_in_ms
    from input i join moved m using (phone_number_id)`)
}

/** Meta said that the number is too fast: half the pace for everybody (once a second at most), and a pause. */
export async function slowDown(
  db: Queryable,
  phoneNumberId: string,
  most: number,
  pauseMs: number,
): Promise<void> {
  await db.query(sql.named('pace.slow_down')`
    insert into number_pace as p (phone_number_id, due_at, rate, rate_at, throttled_at)
    values (${phoneNumberId}::uuid, clock_timestamp() + ${pauseMs}::int * interval '1 ms', ${most}::real / 2,
      clock_timestamp(), clock_timestamp())
    on conflict (phone_number_id) do update set
      rate = greatest(${most}::real / 50, case when p.throttled_at > clock_timestamp() - interval '1 s' then p.rate
        else pace_now(p.rate, p.rate_at, ${most}::real) / 2 end),
      rate_at = clock_timestamp(), throttled_at = clock_timestamp(), due_at = greatest(p.due_at, excluded.due_at)`)
}
