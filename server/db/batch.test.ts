import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { silentLog as silent } from '../kit/log.ts'
import { batch } from './batch.ts'
import { type Database, openDatabase } from './pool.ts'
import { sql } from './sql.ts'

let place: TestDatabase
let db: Database

before(async () => {
  place = await testDatabase({ empty: true })
  db = openDatabase({ url: place.url, max_connections: 4, application_name: 'carom test', log: silent })
  await db.query(sql`create table items (id int primary key check (id >= 0))`)
})
after(async () => {
  await db.close()
  await place.drop()
})

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

test('what comes while a batch is in flight travels together', async () => {
  const batches: number[][] = []
  let release = () => {}
  const double = batch<number, number>({
    name: 'double',
    max_in_flight: 1,
    async run(items) {
      batches.push(items)
      if (batches.length === 1) await new Promise<void>(resolve => (release = resolve))
      return items.map(item => item * 2)
    },
  })
  const first = double(1)
  await new Promise(resolve => setTimeout(resolve, 20))
  const rest = [2, 3, 4].map(double)
  await new Promise(resolve => setTimeout(resolve, 20))
  assert.deepEqual(batches, [[1]])
  assert.equal(double.size(), 4)
  release()
  assert.deepEqual(await Promise.all([first, ...rest]), [2, 4, 6, 8])
  assert.deepEqual(batches, [[1], [2, 3, 4]])
  await double.drain()
  assert.equal(double.size(), 0)
})

test('calls of one turn share a batch, up to max_rows, at most max_in_flight at once', async () => {
  const sizes: number[] = []
  let flying = 0
  let most = 0
  const echo = batch<number, number>({
    name: 'echo',
    max_rows: 10,
    async run(items) {
      sizes.push(items.length)
      most = Math.max(most, ++flying)
      await new Promise(resolve => setTimeout(resolve, 5))
      flying--
      return items
    },
  })
  const results = await Promise.all(Array.from({ length: 45 }, (_, i) => echo(i)))
  assert.deepEqual(
    results,
    Array.from({ length: 45 }, (_, i) => i),
  )
  assert.deepEqual(sizes, [10, 10, 10, 10, 5])
  assert.equal(most, 2)
})

test('drain waits for everything and then lets new calls through', async () => {
  const done: number[] = []
  const slow = batch<number, void>({
    name: 'slow',
    max_rows: 2,
    async run(items) {
      await new Promise(resolve => setTimeout(resolve, 5))
      done.push(...items)
      return items.map(() => undefined)
    },
  })
  for (const n of [1, 2, 3, 4, 5]) void slow(n)
  await slow.drain()
  assert.deepEqual(done, [1, 2, 3, 4, 5])
  await slow(6)
  assert.equal(done.at(-1), 6)
})

test('an Error in a place rejects that call alone', async () => {
  const picky = batch<number, number>({
    name: 'picky',
    run: async items => items.map(item => (item === 2 ? new Error('not two') : item)),
  })
  const results = await Promise.allSettled([1, 2, 3].map(picky))
  assert.deepEqual(
    results.map(result => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
})

test('over a real table, a bad row fails alone and the others are stored once', async () => {
  let statements = 0
  const insert = batch<number, number>({
    name: 'insert',
    async run(items) {
      statements++
      const rows = await db.query(sql.named('test.insert')`
        insert into items select * from unnest(${items}::int[]) returning id`)
      return rows.map(row => row.id)
    },
  })
  const ids = Array.from({ length: 100 }, (_, i) => (i === 37 ? -1 : i))
  const results = await Promise.allSettled(ids.map(insert))
  const bad = results.flatMap((result, i) => (result.status === 'rejected' ? [[i, result.reason.code]] : []))
  assert.deepEqual(bad, [[37, '23514']])
  assert.equal((await db.one(sql`select count(*) as n from items`))?.n, 99)
  assert.ok(statements < 20, `${statements} statements`)
})

test('a lost connection or a wrong statement rejects all at once instead of being halved', async () => {
  for (const code of ['57P01', 'ECONNRESET', '42P01', '53100']) {
    let runs = 0
    const broken = batch<number, number>({
      name: 'broken',
      run() {
        runs++
        return Promise.reject(failure(code))
      },
    })
    const results = await Promise.allSettled([1, 2, 3, 4].map(broken))
    assert.ok(results.every(result => result.status === 'rejected' && result.reason.code === code))
    assert.equal(runs, 1, code)
  }
})

test('lost races are run again, three times at most', async () => {
  for (const [failures, outcome] of [
    [3, 'fulfilled'],
    [4, 'rejected'],
  ] as const) {
    let runs = 0
    const unlucky = batch<number, number>({
      name: 'unlucky',
      run: async items => {
        if (++runs <= failures) throw failure('40P01')
        return items
      },
    })
    const [result] = await Promise.allSettled([unlucky(1)])
    assert.equal(result?.status, outcome)
  }
})

test('a wrong number of results is a bug and nothing is run twice', async () => {
  let runs = 0
  const short = batch<number, number>({
    name: 'short',
    run: async items => {
      runs++
      return items.slice(1)
    },
  })
  const results = await Promise.allSettled([1, 2].map(short))
  assert.ok(results.every(result => result.status === 'rejected' && /1 results for 2/.test(result.reason)))
  assert.equal(runs, 1)
})
