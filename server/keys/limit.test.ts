// The rate limit on a real database, as one process and as two that share it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase } from '../../test/database.ts'
import { type Database, openDatabase } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Grant } from '../http/door.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { openLimiter } from './limit.ts'

let database: { url: string; drop(): Promise<void> }
let dbs: [Database, Database]

before(async () => {
  database = await testDatabase()
  const open = () =>
    openDatabase({ url: database.url, max_connections: 4, application_name: 'test', log: silentLog })
  dbs = [open(), open()]
})

after(async () => {
  for (const db of dbs) await db.close()
  await database.drop()
})

/** All of a test in one minute of PostgreSQL's: these tests count what one minute gives. */
async function roomInMinute(needed_s: number): Promise<void> {
  const row = await dbs[0].one<{ left: number }>(
    sql`select 60 - extract(second from clock_timestamp())::int as left`,
  )
  if (row && row.left <= needed_s) await sleep((row.left + 0.1) * 1000)
}

test('one process alone gives exactly the limit, whoever comes first', async () => {
  for (const limit of [1, 7, 60, 1000]) {
    await roomInMinute(5)
    const limiter = openLimiter(dbs[0])
    const key = newId()
    const grants = await Promise.all(Array.from({ length: limit + 20 }, () => limiter.take(key, limit)))
    assert.equal(grants.filter(grant => grant.allowed).length, limit, `limit ${limit}`)
    const refused = grants.find(grant => !grant.allowed)
    assert.ok(refused && refused.retry_after_s >= 1 && refused.retry_after_s <= 60)
  }
})

test('what remains is counted down one by one', async () => {
  await roomInMinute(5)
  const limiter = openLimiter(dbs[0])
  const key = newId()
  const remaining: number[] = []
  for (let asked = 0; asked < 12; asked++) remaining.push((await limiter.take(key, 10)).remaining)
  assert.deepEqual(remaining, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0])
})

test('two processes share a limit: never more than it, and within a few per cent all of it', async () => {
  await roomInMinute(10)
  const limiters = dbs.map(openLimiter)
  const key = newId()
  const limit = 2_000
  let allowed = 0
  const ask = async (limiter: { take(key: string, limit: number): Grant | Promise<Grant> }) => {
    for (let asked = 0; asked < 100; asked++) if ((await limiter.take(key, limit)).allowed) allowed++
  }
  await Promise.all(limiters.flatMap(limiter => Array.from({ length: 15 }, () => ask(limiter))))
  assert.ok(allowed <= limit, `${allowed} of ${limit}`)
  assert.ok(allowed >= limit * 0.95, `${allowed} of ${limit}`)
})

test('a raised limit counts at once, a lowered one too', async () => {
  await roomInMinute(5)
  const limiter = openLimiter(dbs[0])
  const key = newId()
  for (let asked = 0; asked < 5; asked++) await limiter.take(key, 5)
  assert.equal((await limiter.take(key, 5)).allowed, false)
  assert.equal((await limiter.take(key, 50)).allowed, true)
  assert.equal((await limiter.take(key, 3)).allowed, false)
})

test('a new minute is a new allowance', async () => {
  const limiter = openLimiter(dbs[0])
  const key = newId()
  await dbs[0].query(sql`
    insert into rate_windows (key_id, minute, allowance, used, granted)
    values (${key}, date_trunc('minute', now()) - interval '1 minute', 10, 10, 0)`)
  const grant = await limiter.take(key, 10)
  assert.deepEqual([grant.allowed, grant.remaining], [true, 9])
})

test('most requests cost no statement', async () => {
  await roomInMinute(5)
  const limiter = openLimiter(dbs[0])
  const key = newId()
  await limiter.take(key, 100_000)
  let waited = 0
  for (let asked = 0; asked < 10_000; asked++) {
    const grant = limiter.take(key, 100_000)
    if (!(grant instanceof Promise)) continue
    waited++
    await grant
  }
  assert.ok(waited < 200, `${waited} of 10000 waited`)
})
