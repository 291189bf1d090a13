// What health and metrics ask of the database.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export async function ping(db: Queryable): Promise<void> {
  await db.query(sql.named('health.ping')`select 1`)
}

export type Backlog = { status: string; count: number; oldest_s: number }

/** Messages that a worker must look at: how many, and how late the latest is. Counts at most 10,000. */
export function messageBacklog(db: Queryable): Promise<Backlog[]> {
  return db.query<Backlog>(sql.named('health.message_backlog')`
    with due as (select status, due_at from messages where due_at <= now() limit 10000)
    select status, count(*)::int as count, extract(epoch from now() - min(due_at))::float8 as oldest_s
    from due group by status`)
}
