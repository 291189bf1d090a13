import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { silentLog as silent } from '../kit/log.ts'
import { prepareCluster } from './embedded/cluster.ts'
import { prepareEngine } from './embedded/engine.ts'
import { type Place, places } from './embedded/places.ts'
import { startPostmaster } from './embedded/postmaster.ts'
import { chooseUser } from './embedded/user.ts'
import { startEmbedded } from './embedded.ts'
import { type Database, openDatabase } from './pool.ts'
import { sql } from './sql.ts'

const root = await mkdtemp(join(tmpdir(), 'carom-embedded-'))
after(() => rm(root, { recursive: true, force: true }))

/** Making the files takes longest; whatever does not need its own uses these. */
const shared = join(root, 'shared')
const start = (data_dir: string) => startEmbedded({ data_dir, log: silent })

const folderOf = (url: string) => decodeURIComponent(/@([^:]+):/.exec(url)?.[1] ?? '')

async function within<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ url, max_connections: 2, application_name: 'carom test', log: silent })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

test('it starts, keeps what it was given, and starts again', async () => {
  const data_dir = shared
  const first = await start(data_dir)
  await within(first.url, db => db.query(sql`create table kept as select 'é' as word`))
  await first.stop()
  assert.ok(!readdirSync(join(data_dir, 'postgres')).includes('postmaster.pid'))
  const second = await start(data_dir)
  assert.deepEqual(await within(second.url, db => db.query(sql`select upper(word) as word from kept`)), [
    { word: 'É' },
  ])
  await Promise.all([second.stop(), second.stop()])
})

test('it is durable, UTF8, checked, tuned, and closed to the outside', async () => {
  const data_dir = shared
  const server = await start(data_dir)
  const names =
    'fsync,synchronous_commit,full_page_writes,data_checksums,server_encoding,jit,random_page_cost,listen_addresses'
  const rows = await within(server.url, db =>
    db.query(sql`select current_setting(name) as value from unnest(${names.split(',')}::text[]) name`),
  )
  const values = rows.map(row => row.value)
  assert.deepEqual(values, ['on', 'on', 'on', 'on', 'UTF8', 'off', '1.1', ''])
  assert.equal(statSync(join(data_dir, 'postgres-password')).mode & 0o777, 0o600)
  assert.equal(statSync(join(data_dir, 'postgres')).mode & 0o777, 0o700)
  await assert.rejects(
    within(server.url.replace(/:[^:@]+@/, ':wrong@'), db => db.query(sql`select 1`)),
    {
      code: '28P01',
    },
  )
  await server.stop()
})

test('a second one in the same process is refused too, and the place is free after stop', async () => {
  const data_dir = shared
  const server = await start(data_dir)
  await assert.rejects(start(data_dir), new RegExp(`in use by another Carom \\(process ${process.pid}\\)`))
  await within(server.url, db => db.query(sql`select 1`))
  await server.stop()
  await (await start(data_dir)).stop()
})

test('a path too long for a socket gets one elsewhere', async () => {
  const data_dir = join(root, 'a'.repeat(60), 'b c'.repeat(20))
  const server = await start(data_dir)
  const folder = folderOf(server.url)
  assert.ok(folder.startsWith('/') && Buffer.byteLength(folder) < 100, folder)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  await within(server.url, db => db.query(sql`select 1`))
  await server.stop()
  await rm(folder, { recursive: true })
})

test('where there can be no socket in its folder, it is reached by one elsewhere', async () => {
  const data_dir = shared
  const obstacle = join(data_dir, 'postgres', '.s.PGSQL.5433')
  await mkdir(obstacle)
  const server = await start(data_dir)
  const folder = folderOf(server.url)
  assert.ok(!folder.startsWith(data_dir), folder)
  await within(server.url, db => db.query(sql`select 1`))
  await server.stop()
  for (const path of [folder, obstacle]) await rm(path, { recursive: true })
})

test('where there are no sockets at all, it listens on the loopback interface alone', async () => {
  const data_dir = shared
  const as = await chooseUser(join(data_dir, 'postgres'))
  const engine = await prepareEngine({ data_dir, as, log: silent })
  const cluster = await prepareCluster(data_dir, engine)
  const found = await Array.fromAsync(places(cluster, as))
  const place = found.at(-1) as Place
  const postmaster = await startPostmaster({ engine, cluster, place, log: silent })
  const row = await within(place.url, db =>
    db.one(sql`select host(inet_server_addr()) as host, current_setting('listen_addresses') as listens`),
  )
  assert.deepEqual(row, { host: '127.0.0.1', listens: '127.0.0.1' })
  await postmaster.stop()
  for (const other of found.slice(1, -1)) await rm(folderOf(other.url), { recursive: true })
})

test('the data directory may be moved', async () => {
  await rename(shared, join(root, 'moved'))
  const moved = await start(join(root, 'moved'))
  assert.deepEqual(await within(moved.url, db => db.query(sql`select word from kept`)), [{ word: 'é' }])
  await moved.stop()
  await rename(join(root, 'moved'), shared)
})

test('what a crash left of a first start is cleared away', async () => {
  const data_dir = join(root, 'halfmade')
  await mkdir(join(data_dir, 'postgres-new-x', 'base'), { recursive: true })
  await writeFile(join(data_dir, 'postgres-new-x', 'PG_VERSION'), '18\n')
  await (await start(data_dir)).stop()
  assert.deepEqual(readdirSync(data_dir).sort(), ['carom.lock', 'postgres', 'postgres-password'])
})

test('files of another version and a lost password are refused with a sentence', async () => {
  const data_dir = shared
  const version = join(data_dir, 'postgres', 'PG_VERSION')
  await writeFile(version, '17\n')
  await assert.rejects(start(data_dir), /made by PostgreSQL 17, and this Carom brings 18/)
  await writeFile(version, '18\n')
  const password = join(data_dir, 'postgres-password')
  const kept = await readFile(password)
  await rm(password)
  await assert.rejects(start(data_dir), /postgres-password is missing or empty/)
  await writeFile(password, kept)
  await (await start(data_dir)).stop()
})
