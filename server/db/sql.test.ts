import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from './sql.ts'

test('values become parameters, fragments nest', () => {
  const conditions = [sql`a = ${1}`, sql`b = any(${[2, 3]}::int[])`]
  const statement = sql`select * from t where ${sql.join(conditions, ' and ')} ${sql.empty}limit ${4}`
  assert.equal(statement.text, 'select * from t where a = $1 and b = any($2::int[]) limit $3')
  assert.deepEqual(statement.values, [1, [2, 3], 4])
  assert.equal(statement.name, undefined)
})

test('a named statement has one name per text', () => {
  const open = (id: number, more = sql.empty) => sql.named('messages.open')`select ${id} ${more}`
  assert.equal(open(1).name, open(2).name)
  assert.match(open(1).name ?? '', /^messages\.open_[0-9a-f]{10}$/)
  assert.notEqual(open(1).name, open(1, sql`for update`).name)
})

test('a statement with too many texts goes unprepared rather than filling the connections', () => {
  const texts = Array.from({ length: 40 }, (_, i) => sql`${sql.join(Array(i + 1).fill(i))}`)
  const names = texts.map(part => sql.named('messages.many')`select ${part}`.name)
  assert.equal(names.filter(Boolean).length, 32)
  assert.equal(sql.named('messages.many')`select ${texts[0]}`.name, names[0])
})

test('a name that PostgreSQL would cut short is refused', () => {
  assert.throws(() => sql.named('a'.repeat(60)), /cannot name a statement/)
  assert.throws(() => sql.named('messages open'), /cannot name a statement/)
})

test('json keeps nulls and tells them from nothing', () => {
  assert.equal(sql.json({ a: null, b: [''] }), '{"a":null,"b":[""]}')
  assert.equal(sql.json(null), 'null')
  assert.equal(sql.json(undefined), null)
})
