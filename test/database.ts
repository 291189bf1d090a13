/**
 * Databases for tests: one PostgreSQL per run, one migrated template in it, and a clone of that for every test file.
 * The runner names the server in CAROM_TEST_DATABASE_URL; a file run by hand starts one of its own.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbedded } from '../server/db/embedded.ts'
import { errorCode } from '../server/db/failures.ts'
import { migrate } from '../server/db/migrate.ts'
import { openDatabase } from '../server/db/pool.ts'
import { silentLog as silent } from '../server/kit/log.ts'

export type TestDatabase = { url: string; drop(): Promise<void> }

/** Gateways at once: two files are run at a time, and one of them may start four. */
export const CLIENTS = 5

const TEMPLATE = 'carom_template'
const MIGRATIONS = fileURLToPath(new URL('../server/db/migrations', import.meta.url))

/** A migrated database of one's own, or with `empty` one without any table. */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const given = process.env.CAROM_TEST_DATABASE_URL
  const server = given || (await ownServer())
  if (!given && !options.empty) await ownTemplate(server)
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  await createDatabase(server, name, options.empty ? 'template0' : TEMPLATE)
  return {
    url: withDatabase(server, name),
    drop: () => visit(server, client => client.query(`drop database if exists ${name} with (force)`)),
  }
}

/** Makes the template that testDatabase clones. For the runner, once per server. */
export async function prepareTemplate(url: string, folder: string = MIGRATIONS): Promise<void> {
  await visit(url, async client => {
    await client.query(`drop database if exists ${TEMPLATE} with (force)`) // left by a run that was killed
    await client.query(`create database ${TEMPLATE} template template0`)
  })
  const db = openDatabase({
    url: withDatabase(url, TEMPLATE),
    max_connections: 1,
    application_name: 'carom test template',
    log: silent,
  })
  try {
    await migrate({ db, folder, log: silent })
  } finally {
    await db.close()
  }
  // A template somebody is connected to cannot be cloned: nobody shall connect to this one, autovacuum included.
  await visit(url, client => client.query(`alter database ${TEMPLATE} allow_connections false`))
}

/** Nothing in a test outlives the machine, so nothing has to reach the disk. Killed processes still lose nothing. */
export async function relaxDurability(url: string): Promise<void> {
  await visit(url, async client => {
    await client.query('alter system set fsync = off')
    await client.query('alter system set full_page_writes = off')
    await client.query('select pg_reload_conf()')
  })
}

let own: Promise<string> | undefined
let template: Promise<void> | undefined

function ownServer(): Promise<string> {
  own ??= startOwn()
  return own
}

function ownTemplate(url: string): Promise<void> {
  template ??= prepareTemplate(url)
  return template
}

async function startOwn(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'carom-test-'))
  const server = await startEmbedded({ data_dir: folder, log: silent, clients: CLIENTS })
  await relaxDurability(server.url)
  process.once('exit', () => discard(folder))
  return server.url
}

/** In the last moment of a process, where nothing can be awaited. The server was told to stop just before. */
function discard(folder: string): void {
  const nap = new Int32Array(new SharedArrayBuffer(4))
  for (let naps = 0; naps < 100 && existsSync(join(folder, 'postgres', 'postmaster.pid')); naps++) {
    Atomics.wait(nap, 0, 0, 20)
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
}

/** By copying files, which takes a fifth of the time of copying through the WAL. Fails while anything else looks at the source. */
async function createDatabase(server: string, name: string, from: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await visit(server, client =>
        client.query(`create database ${name} template ${from} strategy file_copy`),
      )
      return
    } catch (error) {
      if (errorCode(error) !== '55006' || attempt >= 50) throw error
      await sleep(50 + Math.random() * 100)
    }
  }
}

async function visit(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const query = url.indexOf('?')
  const [place, options] = query < 0 ? [url, ''] : [url.slice(0, query), url.slice(query)]
  return place.replace(/\/[^/]*$/, `/${name}`) + options
}
