/**
 * Brings a database to the schema of this code: numbered .sql files, forward only, each once and in a transaction.
 * Any number of processes may call it at once. It never undoes anything; a mistake is put right by the next file.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../kit/log.ts'
import { type Migration, readMigrations } from './migrationFiles.ts'
import type { Database } from './pool.ts'

type Applied = { number: number; name: string; checksum: string }

export async function migrate(options: {
  db: Database
  folder: string
  log: Log
}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.folder)
  const client = await options.db.pool.connect()
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0')
    await takeLock(client, options.log)
    const pending = pendingOf(migrations, await readApplied(client))
    for (const migration of pending) await apply(client, migration, options.log)
    return { applied: pending.map(migration => migration.file) }
  } finally {
    client.release(true) // with it go the lock and the changed settings
  }
}

const LOCK = "hashtextextended('carom migrations', 0)"

/**
 * Asked again and again rather than waited for: a waiting statement holds a snapshot, and the other process's
 * `create index concurrently` would wait for that snapshot while we wait for its lock.
 */
async function takeLock(client: pg.ClientBase, log: Log): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { rows } = await client.query(`select pg_try_advisory_lock(${LOCK}) as mine`)
    if (rows[0]?.mine) return
    if (attempt % 100 === 20) log.info({}, 'Another process is migrating the database; waiting for it')
    await sleep(100)
  }
}

async function readApplied(client: pg.ClientBase): Promise<Applied[]> {
  // "if not exists" would still need the right to create, which a deployment may have taken away.
  const { rows } = await client.query("select to_regclass('carom_migrations') is not null as present")
  if (!rows[0]?.present) {
    await client.query(`create table carom_migrations (
      number int primary key, name text not null, checksum text not null,
      applied_at timestamptz not null default now())`)
  }
  const applied = await client.query<Applied>(
    'select number, name, checksum from carom_migrations order by number',
  )
  return applied.rows
}

function pendingOf(migrations: Migration[], applied: Applied[]): Migration[] {
  const known = new Map(migrations.map(migration => [migration.number, migration]))
  const newest = applied.at(-1)
  for (const row of applied) {
    const migration = known.get(row.number)
    if (!migration) {
      throw new Error(
        `The database has the migration ${row.name}, which this version of Carom does not know: ` +
          'the database is newer than the code. Start the newer version, or restore a backup made before it.',
      )
    }
    if (checksumOf(migration) !== row.checksum) {
      throw new Error(
        `The migration ${migration.file} was changed after it was applied to this database (as ${row.name}). ` +
          'Put the file back as it was, and make the change in a new file.',
      )
    }
  }
  const done = new Set(applied.map(row => row.number))
  const pending = migrations.filter(migration => !done.has(migration.number))
  const late = pending.find(migration => newest && migration.number < newest.number)
  if (late) {
    throw new Error(
      `The migration ${late.file} comes before ${newest?.name}, which is applied already. ` +
        'Give it the next free number.',
    )
  }
  return pending
}

async function apply(client: pg.ClientBase, migration: Migration, log: Log): Promise<void> {
  const began = performance.now()
  try {
    if (migration.transaction) await client.query('begin')
    for (const statement of migration.statements) await client.query(statement)
    await client.query('insert into carom_migrations (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.file,
      checksumOf(migration),
    ])
    if (migration.transaction) await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw failed(migration, error)
  }
  log.debug({ file: migration.file, ms: Math.round(performance.now() - began) }, 'Migrated the database')
}

function failed(migration: Migration, error: unknown): Error {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN
  const text = migration.statements.length === 1 ? (migration.statements[0] ?? '') : ''
  const line = text && position > 0 ? `, line ${text.slice(0, position).split('\n').length}` : ''
  const reason = error instanceof Error ? error.message : String(error)
  const state = migration.transaction
    ? 'Nothing of this file was applied.'
    : 'This file runs outside a transaction: part of it may have been applied (an index left invalid, for instance, which must be dropped).'
  return new Error(`The migration ${migration.file}${line} failed: ${reason}. ${state}`, { cause: error })
}

/** Line endings do not count: git may change them on checkout. */
function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.text.replaceAll('\r\n', '\n')).digest('hex')
}
