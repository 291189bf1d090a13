// The SQL of the rate limit: one row per key, which every process draws chunks of the minute's allowance from.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type Draw = { key_id: string; want: number; allowance: number }

/** `used` counts what all processes together have drawn. `left_ms`: of this minute, by PostgreSQL's clock. */
export type Drawn = {
  key_id: string
  allowance: number
  minute: number
  granted: number
  used: number
  left_ms: number
}

/**
 * Draws at most `want` each, and never beyond the allowance. The conflict clause sees the row as the transaction before
 * left it, so no two processes draw the same. No key may come twice.
 */
export function draw(db: Queryable, draws: readonly Draw[]): Promise<Drawn[]> {
  const rows = draws.toSorted((a, b) => (a.key_id < b.key_id ? -1 : 1))
  return db.query<Drawn>(sql.named('keys.draw')`
    insert into rate_windows as w (key_id, minute, allowance, used, granted)
    select key_id, date_trunc('minute', clock_timestamp()), allowance, least(want, allowance), least(want, allowance)
    from unnest(
      ${rows.map(row => row.key_id)}::uuid[], ${rows.map(row => row.want)}::int[],
      ${rows.map(row => row.allowance)}::int[]
    ) as g (key_id, want, allowance)
    on conflict (key_id) do update set
      minute = greatest(w.minute, excluded.minute),
      allowance = excluded.allowance,
      granted = case when w.minute < excluded.minute then excluded.granted
        else greatest(0, least(excluded.granted, excluded.allowance - w.used)) end,
      used = case when w.minute < excluded.minute then excluded.used
        else greatest(w.used, least(w.used + excluded.granted, excluded.allowance)) end
    returning key_id, allowance, extract(epoch from minute)::int as minute, granted, used,
      greatest(1, 60000 - (extract(epoch from clock_timestamp() - minute) * 1000)::int) as left_ms`)
}
