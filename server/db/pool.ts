/**
 * The connections to PostgreSQL: statements in, rows out, transactions with savepoints inside. It knows no table.
 * A server that restarts is none of its worries: broken connections are dropped, new ones made when needed.
 */
import pg from 'pg'
import type { Log } from '../kit/log.ts'
import { isConnectionError } from './failures.ts'
import type { Statement } from './sql.ts'
import { types } from './types.ts'

export { isConnectionError }

// biome-ignore lint/suspicious/noExplicitAny: the columns of a row are what its statement says
export type Row = Record<string, any>
export type Queryable = {
  query<T extends Row = Row>(statement: Statement): Promise<T[]>
  /** The first row, if there is one. */
  one<T extends Row = Row>(statement: Statement): Promise<T | undefined>
}
export type Transaction = Queryable & {
  /** Within a transaction: a savepoint. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Called once everything has committed, never if it (or the savepoint around this call) was rolled back. Must not throw. */
  afterCommit(work: () => void): void
  client: pg.ClientBase
}
export type Database = Queryable & {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
  pool: pg.Pool
}
export type DatabaseOptions = {
  url: string
  max_connections: number
  application_name: string
  log: Log
  /** `custom` (the default) plans every execution anew; `fixed` is for the few batched statements of the hot path. */
  plans?: 'custom' | 'fixed'
  statement_timeout_ms?: number
  idle_in_transaction_timeout_ms?: number
}

export function openDatabase(options: DatabaseOptions): Database {
  const pool = openPool(options)
  let closed: Promise<void> | undefined
  return {
    ...queryable(statement => run(pool, statement)),
    transaction: work => inTransaction(pool, work),
    close() {
      closed ??= pool.end()
      return closed
    },
    pool,
  }
}

function openPool(options: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max_connections,
    application_name: options.application_name,
    types,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    onConnect: client => prepareConnection(client, options),
  })
  pool.on('error', error => options.log.warn({ err: error }, 'An idle database connection was lost'))
  // A connection that breaks while checked out would otherwise be an unhandled 'error' event; the query in flight
  // reports it to its caller.
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

/**
 * A generic plan of a batched update, cached while its table was empty, stays a sequential scan (11.5 ms against 0.14),
 * so plans are made anew for each execution. Where planning costs more than running, as for batches of ten rows, plans
 * are kept and their shape is fixed instead: index lookups in nested loops, which suits any size of table.
 */
const PLANS = {
  custom: 'set plan_cache_mode = force_custom_plan',
  fixed:
    'set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off',
}

/** Settings by statement rather than by startup option, because poolers in between refuse those. */
async function prepareConnection(client: pg.ClientBase, options: DatabaseOptions): Promise<void> {
  const statement_ms = Math.trunc(options.statement_timeout_ms ?? 30_000)
  const idle_ms = Math.trunc(options.idle_in_transaction_timeout_ms ?? 60_000)
  await client.query(
    `${PLANS[options.plans ?? 'custom']}; set timezone = 'UTC'; set statement_timeout = ${statement_ms};` +
      `set idle_in_transaction_session_timeout = ${idle_ms}`,
  )
}

function queryable(rowsOf: (statement: Statement) => Promise<Row[]>): Queryable {
  return {
    query: statement => rowsOf(statement) as Promise<never[]>,
    one: async statement => (await rowsOf(statement))[0] as never,
  }
}

async function run(target: pg.Pool | pg.ClientBase, statement: Statement): Promise<Row[]> {
  const { text, values, name } = statement
  try {
    const result = await target.query<Row>(name === undefined ? { text, values } : { text, values, name })
    return result.rows
  } catch (error) {
    // Which statement it was; the values stay out of it, they are people's data.
    if (error instanceof Error) Object.assign(error, { statement: name ?? text.trim().slice(0, 200) })
    throw error
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  const afterwards: (() => void)[] = []
  try {
    await client.query('begin')
    const result = await scoped(client, 1, afterwards, work)
    await commit(client)
    for (const call of afterwards) call()
    return result
  } catch (error) {
    // A connection that cannot even roll back is thrown away, and the server rolls back for it.
    await client.query('rollback').catch(failure => (broken = failure))
    throw error
  } finally {
    client.release(broken)
  }
}

/** A transaction in which a statement failed unnoticed answers COMMIT with ROLLBACK: that must not look like success. */
async function commit(client: pg.ClientBase): Promise<void> {
  const result = await client.query('commit')
  if (result.command === 'ROLLBACK') {
    throw new Error(
      'A statement in this transaction had failed and its error was swallowed: all of it was rolled back.',
    )
  }
}

/** Hands out a transaction that refuses to be used once its work is over: the connection is somebody else's then. */
async function scoped<T>(
  client: pg.ClientBase,
  depth: number,
  afterwards: (() => void)[],
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let over = false
  const guard = () => {
    if (over) throw new Error('This transaction is over. Was one of its statements not awaited?')
  }
  const tx: Transaction = {
    ...queryable(async statement => {
      guard()
      return run(client, statement)
    }),
    async transaction(inner) {
      guard()
      return inSavepoint(client, depth, afterwards, inner)
    },
    afterCommit(call) {
      guard()
      afterwards.push(call)
    },
    client,
  }
  try {
    return await work(tx)
  } finally {
    over = true
  }
}

async function inSavepoint<T>(
  client: pg.ClientBase,
  depth: number,
  afterwards: (() => void)[],
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  await client.query(`savepoint s${depth}`)
  const own: (() => void)[] = []
  try {
    const result = await scoped(client, depth + 1, own, work)
    await client.query(`release savepoint s${depth}`)
    afterwards.push(...own)
    return result
  } catch (error) {
    // When the connection is gone this fails as well, and the outer transaction with it; the first error tells why.
    await client.query(`rollback to savepoint s${depth}; release savepoint s${depth}`).catch(() => {})
    throw error
  }
}
