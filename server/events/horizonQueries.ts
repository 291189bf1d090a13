// SQL that tells up to where events may be read (see horizon.ts).

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export async function readHorizon(
  db: Queryable,
): Promise<{ seq: number; next_xid: number; oldest_xid: number }> {
  const row = await db.one<{ seq: number; next_xid: number; oldest_xid: number }>(
    sql.named('events.horizon')`select seq, next_xid, oldest_xid from event_horizon()`,
  )
  return row as NonNullable<typeof row>
}

/** Transactions that have written events and are not over. */
export async function writersOfEvents(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ writer: string }>(sql.named('events.writers')`
    select distinct virtualtransaction as writer from pg_locks
    where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())`)
  return rows.map(row => row.writer)
}
