// A reader never passes by an event that is committed late, whatever else goes on in the database, and reads what happened
// after something else after it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { type Database, openDatabase } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { openHorizon } from './horizon.ts'
import { recordEvents } from './record.ts'
import { detachWeek, listWeeks, makeWeeks } from './weekQueries.ts'
import { dropOldWeeks } from './weeks.ts'

let database: TestDatabase
let db: Database
const tenant_id = newId()
before(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url, max_connections: 10, application_name: 'horizon', log: silentLog })
})
after(async () => {
  await db.close()
  await database.drop()
})

const tell = (tx: Parameters<typeof recordEvents>[0], name: string) =>
  recordEvents(tx, [{ tenant_id, type: 'template.updated', at: new Date(), data: { name } }])

async function readable(safe: number): Promise<string[]> {
  const { rows } = await db.pool.query(
    `select data ->> 'name' as name from events where tenant_id = $1 and seq <= $2 order by seq`,
    [tenant_id, safe],
  )
  return rows.map(row => row.name)
}

test('who is late holds back those behind it, and is read in its place', async () => {
  const horizon = openHorizon(db)
  const late = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const slow = db.transaction(async tx => {
    await tell(tx, 'slow')
    begun.resolve()
    await late.promise
  })
  await begun.promise
  await tell(db, 'quick')
  assert.deepEqual(await readable(await horizon.readAll(600)), [])
  late.resolve()
  await slow
  assert.deepEqual(await readable(await horizon.readAll(5_000)), ['slow', 'quick'])
})

test('a long import that tells of nothing holds nobody back for long', async () => {
  const horizon = openHorizon(db)
  const importing = new pg.Client({ connectionString: database.url })
  await importing.connect()
  await importing.query('begin')
  await importing.query(`create table somewhere_else (n int)`)
  await tell(db, 'meanwhile')
  assert.ok(!(await readable(await horizon.read())).includes('meanwhile'))
  assert.ok((await readable(await horizon.readAll(5_000))).includes('meanwhile'))
  await importing.query('rollback')
  await importing.end()
})

test('many writers, slow and quick, some of whom change their minds: no reader misses or doubles anything', async () => {
  let writing = true
  const horizon = openHorizon(db)
  const seen: number[] = []
  let cursor = await horizon.readAll(5_000)
  const reading = (async () => {
    for (;;) {
      const last = !writing
      const safe = last ? await horizon.readAll(10_000) : await horizon.read()
      const { rows } = await db.pool.query(
        'select seq from events where seq > $1 and seq <= $2 order by seq',
        [cursor, safe],
      )
      seen.push(...rows.map(row => Number(row.seq)))
      cursor = safe
      if (last) return
    }
  })()
  const started = cursor
  const writer = async () => {
    for (let n = 0; n < 40; n++) {
      await db
        .transaction(async tx => {
          await tell(tx, 'first')
          if (Math.random() < 0.5) await sleep(Math.random() * 15)
          await tell(tx, 'second')
          if (Math.random() < 0.2) throw new Error('never mind')
        })
        .catch(() => {})
    }
  }
  await Promise.all([writer(), writer(), writer(), writer(), writer()])
  writing = false
  await reading
  const { rows } = await db.pool.query('select seq from events where seq > $1 order by seq', [started])
  assert.ok(rows.length > 200)
  assert.deepEqual(
    seen,
    rows.map(row => Number(row.seq)),
  )
})

test('weeks are made ahead and dropped when they are old enough, also one that was cut off half-way', async () => {
  await makeWeeks(db, 8)
  const countOf = async () => {
    const { rows } = await db.pool.query(
      `select count(*)::int as n from pg_inherits where inhparent = 'events'::regclass`,
    )
    return rows[0].n
  }
  assert.equal(await countOf(), 9)
  for (const name of ['events_20200106', 'events_20200113', 'events_20200120']) {
    const from = `${name.slice(7, 11)}-${name.slice(11, 13)}-${name.slice(13, 15)}`
    await db.pool.query(`create table ${name} (like events including defaults including indexes)`)
    await db.pool.query(
      `alter table events attach partition ${name} for values from ('${from}') to ('${from}'::date + 7)`.replace(
        `'${from}'::date + 7`,
        `'${new Date(Date.parse(from) + 7 * 86_400_000).toISOString()}'`,
      ),
    )
  }
  await detachWeek(db, 'events_20200113')
  assert.deepEqual(await listWeeks(db, 30), [
    { name: 'events_20200106', state: 'attached' },
    { name: 'events_20200113', state: 'detached' },
    { name: 'events_20200120', state: 'attached' },
  ])
  const parts = { db, log: silentLog, config: { CAROM_EVENT_DAYS: 30 } as never }
  await Promise.all([dropOldWeeks(parts), dropOldWeeks(parts)])
  await dropOldWeeks(parts)
  assert.deepEqual(await listWeeks(db, 30), [])
  assert.equal(await countOf(), 9)
})
