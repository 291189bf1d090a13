import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { silentLog as silent } from '../kit/log.ts'
import { type Database, isConnectionError, openDatabase } from './pool.ts'
import { sql } from './sql.ts'
import { checkVersion, refuseUnfit } from './version.ts'

let place: TestDatabase
let db: Database

before(async () => {
  place = await testDatabase({ empty: true })
  db = openDatabase({ url: place.url, max_connections: 4, application_name: 'carom test', log: silent })
  await db.query(sql`create table notes (id int primary key, body text)`)
})
after(async () => {
  await db.close()
  await place.drop()
})

test('types come back as what they are', async () => {
  const at = new Date('2026-03-01T23:59:59.123Z')
  const row = await db.one(sql`
    select count(*) as count, 9007199254740993 as big, ${[1, 2, null]}::int8[] as ints, 1.50 as amount,
      ${at}::timestamptz as at, date '2026-03-01' as day, timestamp '2026-03-01 10:00:00.5' as zoneless,
      ${Buffer.from([0, 255])}::bytea as bytes, ${sql.json({ a: ["it's", null] })}::jsonb as body,
      ${['x', 'y, "z" \\ {}', null]}::text[] as words, ${[{ n: 1 }].map(sql.json)}::jsonb[] as bodies`)
  assert.deepEqual(row, {
    count: 1,
    big: '9007199254740993',
    ints: [1, 2, null],
    amount: '1.50',
    at,
    day: '2026-03-01',
    zoneless: new Date('2026-03-01T10:00:00.500Z'),
    bytes: Buffer.from([0, 255]),
    body: { a: ["it's", null] },
    words: ['x', 'y, "z" \\ {}', null],
    bodies: [{ n: 1 }],
  })
})

test('every connection is set up', async () => {
  const settings = ['plan_cache_mode', 'timezone', 'statement_timeout', 'idle_in_transaction_session_timeout']
  const rows = await Promise.all(
    [1, 2, 3, 4].map(() =>
      db.query(
        sql`select current_setting(name) as value, pg_sleep(0.02) from unnest(${settings}::text[]) name`,
      ),
    ),
  )
  for (const row of rows) {
    assert.deepEqual(
      row.map(setting => setting.value),
      ['force_custom_plan', 'UTC', '30s', '1min'],
    )
  }
})

test('a named statement is prepared once per connection', async () => {
  await db.transaction(async tx => {
    for (const n of [1, 2, 3]) await tx.query(sql.named('test.double')`select ${n}::int * 2 as n`)
    const prepared = await tx.query(
      sql`select name from pg_prepared_statements where name like 'test.double%'`,
    )
    assert.equal(prepared.length, 1)
  })
})

test('a transaction commits, rolls back, and has savepoints', async () => {
  await db.transaction(async tx => {
    await tx.query(sql`insert into notes values (1, 'kept')`)
    const inner = tx.transaction(async deeper => {
      await deeper.query(sql`insert into notes values (2, 'lost')`)
      await deeper.query(sql`insert into notes values (1, 'twice')`)
    })
    await assert.rejects(inner, { code: '23505' })
    await tx.transaction(deeper => deeper.query(sql`insert into notes values (3, 'kept')`))
  })
  const failing = db.transaction(async tx => {
    await tx.query(sql`insert into notes values (4, 'lost')`)
    throw new Error('changed my mind')
  })
  await assert.rejects(failing, /changed my mind/)
  assert.deepEqual(await db.query(sql`select id from notes order by id`), [{ id: 1 }, { id: 3 }])
})

test('what is to follow a commit follows it, and nothing else', async () => {
  const calls: string[] = []
  await db.transaction(async tx => {
    tx.afterCommit(() => calls.push('outer'))
    await tx.transaction(async deeper => deeper.afterCommit(() => calls.push('kept')))
    const lost = tx.transaction(async deeper => {
      deeper.afterCommit(() => calls.push('lost'))
      await deeper.query(sql`select 1/0`)
    })
    await assert.rejects(lost, { code: '22012' })
    assert.deepEqual(calls, [])
  })
  assert.deepEqual(calls, ['outer', 'kept'])
  const failing = db.transaction(async tx => {
    tx.afterCommit(() => calls.push('lost'))
    throw new Error('changed my mind')
  })
  await assert.rejects(failing, /changed my mind/)
  assert.deepEqual(calls, ['outer', 'kept'])
})

test('a swallowed failure does not pass for a commit', async () => {
  const sly = db.transaction(tx => tx.query(sql`select 1/0`).catch(() => 'never mind'))
  await assert.rejects(sly, /all of it was rolled back/)
})

test('a transaction cannot be used after its end', async () => {
  let kept: { query: typeof db.query } | undefined
  await db.transaction(async tx => {
    kept = tx
  })
  await assert.rejects(async () => kept?.query(sql`select 1`), /transaction is over/)
})

test('an error names its statement, not its values', async () => {
  const failing = db.query(sql.named('test.cast')`select ${'secret'}::text || ${'x'}::text::int as n`)
  await assert.rejects(failing, (error: Error & { statement?: string }) => {
    assert.match(error.statement ?? '', /^test\.cast_/)
    return true
  })
})

test('killed connections are replaced and told from other failures', async () => {
  const sleeping = db.query(sql`select pg_sleep(20)`).catch(error => error)
  const inside = db.transaction(tx => tx.query(sql`select pg_sleep(20)`)).catch(error => error)
  await new Promise(resolve => setTimeout(resolve, 100))
  const killer = openDatabase({ url: place.url, max_connections: 1, application_name: 'killer', log: silent })
  await killer.query(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'carom test' and datname = current_database()`)
  await killer.close()
  assert.equal(isConnectionError(await sleeping), true)
  assert.equal(isConnectionError(await inside), true)
  assert.deepEqual(await oneOnceConnected(), [{ one: 1 }])
  const wrong = await db.query(sql`select nothing`).catch(error => error)
  assert.equal(isConnectionError(wrong), false)
})

/** Others in the pool were killed with them, and may not have been told yet. */
async function oneOnceConnected(): Promise<unknown> {
  for (;;) {
    try {
      return await db.query(sql`select 1 as one`)
    } catch (error) {
      if (!isConnectionError(error)) throw error
    }
  }
}

test('a server that is not there is a connection error', async () => {
  const url = 'postgres://carom:x@127.0.0.1:1/carom'
  const nowhere = openDatabase({ url, max_connections: 1, application_name: 'x', log: silent })
  const error = await nowhere.query(sql`select 1`).catch(error => error)
  assert.equal(isConnectionError(error), true)
  await nowhere.close()
})

test('statements that run too long are ended', async () => {
  const options = { url: place.url, max_connections: 1, application_name: 'hasty', log: silent }
  const hasty = openDatabase({ ...options, statement_timeout_ms: 50 })
  await assert.rejects(hasty.query(sql`select pg_sleep(5)`), { code: '57014' })
  await hasty.close()
})

test('the version is checked', async () => {
  assert.match((await checkVersion(db)).version, /^\d+/)
  assert.throws(
    () => refuseUnfit({ number: 140_011, version: '14.11', encoding: 'UTF8' }),
    /PostgreSQL 14.11, and Carom needs 15/,
  )
  assert.throws(
    () => refuseUnfit({ number: 160_000, version: '16.0', encoding: 'SQL_ASCII' }),
    /stores text as SQL_ASCII/,
  )
})
