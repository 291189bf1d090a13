// What PostgreSQL was asked, how often and for how long, by pg_stat_statements (which has to be loaded at its start).

import type pg from 'pg'
import type { Gateway } from '../gateway.ts'
import { table } from '../report.ts'

/** Sets the module to be loaded, and starts PostgreSQL again. */
export async function watchStatements(gateway: Gateway): Promise<void> {
  const { db } = gateway
  await db.query("alter system set shared_preload_libraries = 'pg_stat_statements'")
  await db.query('alter system set pg_stat_statements.track_planning = on')
  // Statements inside triggers as well.
  await db.query("alter system set pg_stat_statements.track = 'all'")
  await gateway.restartPostgres()
  await gateway.db.query('create extension if not exists pg_stat_statements')
}

export async function resetStatements(db: pg.Client): Promise<void> {
  if (await isWatched(db)) await db.query('select pg_stat_statements_reset()')
}

type Row = {
  query: string
  calls: string
  rows: string
  plan: number
  exec: number
  wal: string
  blocks: string
}

export async function statements(db: pg.Client, units: number): Promise<string> {
  if (!(await isWatched(db))) return ''
  const { rows } = await db.query<Row>(
    `select query, calls, rows, total_plan_time as plan, total_exec_time as exec, wal_bytes as wal,
       shared_blks_hit + shared_blks_read as blocks
     from pg_stat_statements order by total_plan_time + total_exec_time desc limit 24`,
  )
  return table(
    [
      'statement',
      'calls',
      'rows a call',
      'ms to plan',
      'ms to run',
      'µs a request',
      'WAL bytes a request',
      'blocks a request',
    ],
    rows.map(({ query, calls, rows, plan, exec, wal, blocks }) => [
      query.replace(/\s+/g, ' ').slice(0, 90),
      calls,
      (Number(rows) / Number(calls)).toFixed(1),
      (plan / Number(calls)).toFixed(2),
      (exec / Number(calls)).toFixed(2),
      (((plan + exec) * 1000) / units).toFixed(1),
      (Number(wal) / units).toFixed(0),
      (Number(blocks) / units).toFixed(1),
    ]),
  )
}

async function isWatched(db: pg.Client): Promise<boolean> {
  const { rows } = await db.query("select from pg_extension where extname = 'pg_stat_statements'")
  return rows.length > 0
}
