import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { silentLog as silent } from '../kit/log.ts'
import { startLoop } from './lease.ts'
import { openListener } from './listen.ts'
import { notifier } from './notify.ts'
import { type Database, openDatabase } from './pool.ts'
import { sql } from './sql.ts'

let place: TestDatabase
let db: Database

before(async () => {
  place = await testDatabase({ empty: true })
  db = openDatabase({ url: place.url, max_connections: 6, application_name: 'carom test', log: silent })
  await db.query(sql`create table jobs (id int primary key, leased_until timestamptz, done_by text)`)
})
beforeEach(() => db.query(sql`truncate jobs`))
after(async () => {
  await db.close()
  await place.drop()
})

type Job = { id: number }

const add = (from: number, to: number) =>
  db.query(sql`insert into jobs select generate_series(${from}::int, ${to}::int)`)
const undone = async () => (await db.one(sql`select count(*) as n from jobs where done_by is null`))?.n
const claim = (limit: number) =>
  db.query<Job>(sql`
    update jobs set leased_until = now() + interval '1 minute' where id in (
      select id from jobs where done_by is null and (leased_until is null or leased_until < now())
      order by id limit ${limit} for update skip locked) returning id`)
const finish = (name: string) => async (jobs: Job[]) =>
  void (await db.query(sql`update jobs set done_by = concat(done_by, ${name}::text)
    where id = any(${jobs.map(job => job.id)}::int[])`))

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not happen within ten seconds')
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

const base = { name: 'jobs', claim, limit: 10, concurrency: 2, poll_ms: 60_000, log: silent }

test('two loops empty a table and do every row once', async () => {
  await add(1, 300)
  const loops = ['a', 'b'].map(name => startLoop<Job>({ ...base, work: finish(name) }))
  await until(async () => (await undone()) === 0)
  await Promise.all(loops.map(loop => loop.drain()))
  const rows = await db.query(sql`select count(*) as n, max(length(done_by)) as most from jobs`)
  assert.deepEqual(rows, [{ n: 300, most: 1 }])
  assert.ok((loops[0]?.last_success_at() ?? 0) > Date.now() - 10_000)
})

test('an empty queue waits for wake()', async () => {
  let claims = 0
  const counted = (limit: number) => {
    claims++
    return claim(limit)
  }
  const loop = startLoop<Job>({ ...base, claim: counted, work: finish('a') })
  await until(() => loop.last_success_at() !== undefined)
  await add(1, 5)
  await new Promise(resolve => setTimeout(resolve, 100))
  assert.equal(claims, 1)
  loop.wake()
  await until(async () => (await undone()) === 0)
  await loop.drain()
})

test('an empty queue is polled', async () => {
  const loop = startLoop<Job>({ ...base, poll_ms: 30, work: finish('a') })
  await until(() => loop.last_success_at() !== undefined)
  await add(1, 5)
  await until(async () => (await undone()) === 0)
  await loop.drain()
})

test('an empty queue hears a notification', async () => {
  const listener = openListener({ url: place.url, log: silent })
  const connected = new Promise<void>(resolve => listener.onReconnect(resolve))
  const loop = startLoop<Job>({ ...base, work: finish('a'), listen: { listener, channel: 'jobs' } })
  await connected
  await until(() => loop.last_success_at() !== undefined)
  await add(1, 25)
  await notifier(db).notify('jobs')
  await until(async () => (await undone()) === 0)
  await loop.drain()
  await listener.close()
})

test('a wake during the claim is not lost', async () => {
  let claims = 0
  let loop: ReturnType<typeof startLoop<Job>> | undefined
  loop = startLoop<Job>({
    ...base,
    async claim() {
      if (++claims === 2) loop?.wake()
      return []
    },
    work: finish('a'),
  })
  await until(() => claims === 1)
  loop.wake()
  await until(() => claims === 3)
  await loop.drain()
})

test('no more than the concurrency is in flight, and drain lets it finish', async () => {
  await add(1, 100)
  let running = 0
  let most = 0
  const release: (() => void)[] = []
  const loop = startLoop<Job>({
    ...base,
    async work(jobs) {
      most = Math.max(most, ++running)
      await new Promise<void>(resolve => release.push(resolve))
      await finish('a')(jobs)
      running--
    },
  })
  await until(() => running === 2)
  assert.equal(loop.busy(), 20)
  const drained = loop.drain()
  for (const go of release) go()
  await drained
  assert.equal(loop.busy(), 0)
  assert.equal(most, 2)
  assert.equal(await undone(), 80)
})

test('drain gives up on work that does not end, and says so', async () => {
  await add(1, 1)
  const warnings: object[] = []
  const log = { ...silent, warn: (about: object) => warnings.push(about) }
  const loop = startLoop<Job>({ ...base, log, work: () => new Promise(() => {}) })
  await until(() => loop.busy() === 1)
  await loop.drain(20)
  assert.deepEqual(warnings, [{ loop: 'jobs', items: 1 }])
})

test('errors in claim and work are logged and the loop goes on', async () => {
  await add(1, 20)
  const errors: string[] = []
  const log = { ...silent, error: (about: object) => errors.push((about as { err: Error }).err.message) }
  let claims = 0
  let works = 0
  const loop = startLoop<Job>({
    ...base,
    log,
    async claim(limit) {
      if (++claims === 1) throw new Error('no claim')
      return claim(limit)
    },
    async work(jobs) {
      if (++works === 1) throw new Error('no work')
      await finish('a')(jobs)
    },
  })
  await until(async () => (await undone()) === 10)
  await loop.drain()
  assert.deepEqual(errors, ['no claim', 'no work'])
})
