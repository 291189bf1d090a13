import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { silentLog as silent } from '../kit/log.ts'
import { copyInto } from './copy.ts'
import { type Database, openDatabase } from './pool.ts'
import { sql } from './sql.ts'

let place: TestDatabase
let db: Database

before(async () => {
  place = await testDatabase({ empty: true })
  db = openDatabase({ url: place.url, max_connections: 2, application_name: 'carom test', log: silent })
  await db.query(
    sql`create table "Odd table" (id int, body text, words text[], "Data" jsonb, bytes bytea, at timestamptz)`,
  )
})
beforeEach(() => db.query(sql`truncate "Odd table"`))
after(async () => {
  await db.close()
  await place.drop()
})

const table = 'public.Odd table'
const columns = ['id', 'body', 'words', 'Data', 'bytes', 'at']

const NASTY = [
  '',
  '\\N',
  '\\.',
  'a\tb',
  'a\nb',
  'a\r\nb',
  '\\',
  '\\n',
  '"',
  "'",
  '{}',
  'NULL',
  'null',
  '🙂é',
  '\b\f\v',
  '\u2028',
  ',;',
]

test('every value arrives as it was', async () => {
  const at = new Date('2026-03-01T00:00:00.001Z')
  const rows = NASTY.map((text, id) => [
    id,
    text,
    [text, null, `${text}x`],
    { text, list: [text] },
    Buffer.from(text),
    at,
  ])
  assert.equal(await copyInto({ into: db, table, columns, rows }), NASTY.length)
  const stored = await db.query(sql`select * from "Odd table" order by id`)
  assert.deepEqual(
    stored.map(row => columns.map(column => row[column])),
    rows,
  )
})

test('any strings arrive as they were', async () => {
  const strings = fc.sample(fc.string({ unit: 'grapheme' }), 500).map(text => text.replaceAll('\0', ''))
  const rows = strings.map((text, id) => [id, text, [text], { [text]: text }, null, undefined])
  await copyInto({ into: db, table, columns, rows })
  const stored = await db.query(sql`select body, words, "Data" from "Odd table" order by id`)
  assert.deepEqual(
    stored,
    strings.map(text => ({ body: text, words: [text], Data: { [text]: text } })),
  )
})

test('a long stream is copied in constant pieces', async () => {
  async function* many() {
    for (let id = 0; id < 50_000; id++) yield [id, 'x'.repeat(100)]
  }
  assert.equal(await copyInto({ into: db, table, columns: ['id', 'body'], rows: many() }), 50_000)
  assert.equal((await db.one(sql`select count(distinct id) as n from "Odd table"`))?.n, 50_000)
})

test('a source that fails half way leaves nothing, and the connection stays good', async () => {
  async function* failing() {
    for (let id = 0; id < 5_000; id++) yield [id, 'x'.repeat(100)]
    throw new Error('the file ended early')
  }
  await assert.rejects(copyInto({ into: db, table, columns: ['id', 'body'], rows: failing() }), /ended early/)
  await assert.rejects(
    copyInto({ into: db, table, columns: ['id'], rows: [[1], [2, 3]] }),
    /Row 2 .* 2 values for 1/,
  )
  await assert.rejects(
    copyInto({ into: db, table, columns: ['id'], rows: [['many']] }),
    /invalid input syntax/,
  )
  assert.equal((await db.one(sql`select count(*) as n from "Odd table"`))?.n, 0)
})

test('within a transaction it commits and rolls back with it, and gives the time limit back', async () => {
  const undone = db.transaction(async tx => {
    await copyInto({ into: tx, table, columns: ['id'], rows: [[1]] })
    assert.deepEqual(await tx.one(sql`show statement_timeout`), { statement_timeout: '30s' })
    throw new Error('no')
  })
  await assert.rejects(undone, /no/)
  await db.transaction(tx => copyInto({ into: tx, table, columns: ['id'], rows: [[2]] }))
  assert.deepEqual(await db.query(sql`select id from "Odd table"`), [{ id: 2 }])
})
