// Whether webhooks come again after a silence, and for how long that counts.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { type Database, openDatabase } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { comesBack } from './queries.ts'

let database: TestDatabase
let db: Database
before(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url, max_connections: 1, application_name: 'test', log: silentLog })
})
after(async () => {
  await db.close()
  await database.drop()
})

async function saysBack(...seconds_ago: number[]): Promise<boolean> {
  await db.pool.query('truncate inbox')
  for (const ago of seconds_ago) {
    await db.pool.query("insert into inbox values ($1, now() - $2 * interval '1 s', '{}')", [
      newId(Date.now() - ago * 1_000),
      ago,
    ])
  }
  return comesBack(db, 100)
}

test('after a silence the first webhooks prove nothing, a while later they do', async () => {
  assert.equal(await saysBack(), false, 'nothing ever came')
  assert.equal(await saysBack(900, 880), false, 'it is silent still: nothing new proves anything either')
  assert.equal(await saysBack(900, 50), true)
  assert.equal(await saysBack(900, 50, 1), true)
  assert.equal(await saysBack(900, 120, 50), false, 'they have been back for long enough')
  assert.equal(await saysBack(900, 130, 60, 1), false)
  assert.equal(await saysBack(50), false, 'the first that ever came')
})
