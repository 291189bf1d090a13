// What a test has made the rooms tell, as it stands in the table of events.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: what is told is looked at freely
export type Recorded = { type: string; tenant_id: string; subject_id: string | null; data: any }

/** `types` as a LIKE pattern: `template.%`. Events after that number, in the order in which they were recorded. */
export function recorded(db: Queryable, types: string, after = 0): Promise<Recorded[]> {
  return db.query<Recorded>(sql`
    select type, tenant_id, subject_id, data from events where type like ${types} and seq > ${after}::bigint order by seq`)
}

/** The number of the newest event. */
export async function lastEvent(db: Queryable): Promise<number> {
  const row = await db.one<{ seq: number }>(sql`select coalesce(max(seq), 0) as seq from events`)
  return Number(row?.seq ?? 0)
}
