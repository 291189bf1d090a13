// SQL of the partitions of events. Names of tables cannot be parameters, and none is ever made of anything but a date.

import type { Database, Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export async function makeWeeks(db: Queryable, ahead: number): Promise<void> {
  await db.query(sql`select make_event_weeks(${ahead}::int)`)
}

export type Week = { name: string; state: 'attached' | 'detaching' | 'detached' }

/** Weeks that ended more than so many days ago. */
export function listWeeks(db: Queryable, days: number): Promise<Week[]> {
  return db.query<Week>(sql`
    select c.relname as name,
      case when i.inhrelid is null then 'detached' when i.inhdetachpending then 'detaching' else 'attached' end as state
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = (select relnamespace from pg_class where oid = 'events'::regclass)
      and c.relname ~ '^events_[0-9]{8}$'
      and to_date(substr(c.relname, 8), 'YYYYMMDD') + 7 < (now() at time zone 'UTC')::date - ${days}::int
    order by 1`)
}

/** Waits for those that are reading, and lets everybody else pass. */
export function detachWeek(db: Database, name: string): Promise<void> {
  return alone(db, `alter table events detach partition ${checked(name)} concurrently`)
}

/** One that was cut off half-way. */
export function finishDetaching(db: Database, name: string): Promise<void> {
  return alone(db, `alter table events detach partition ${checked(name)} finalize`)
}

export function dropWeek(db: Database, name: string): Promise<void> {
  return alone(db, `drop table if exists ${checked(name)}`)
}

async function alone(db: Database, text: string): Promise<void> {
  await db.pool.query(text)
}

function checked(name: string): string {
  if (!/^events_\d{8}$/.test(name)) throw new Error(`${name} is no week of events.`)
  return name
}
