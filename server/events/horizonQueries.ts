// SQL that tells up to where events may be read (see horizon.ts).

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** `next_xid` is null where no number was drawn since `known`. */
export type Look = { seq: number; next_xid: number | null; oldest_xid: number }

export async function readHorizon(db: Queryable, known: number): Promise<Look> {
  const row = await db.one<Look>(
    sql.named('events.horizon')`select seq, next_xid, oldest_xid from event_horizon(${known}::bigint)`,
  )
  return row as Look
}

/** Transactions that have written events and are not over. */
export async function writersOfEvents(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ writer: string }>(sql.named('events.writers')`
    select distinct virtualtransaction as writer from pg_locks
    where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())`)
  return rows.map(row => row.writer)
}
