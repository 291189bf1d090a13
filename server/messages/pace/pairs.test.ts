import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPairs } from './pairs.ts'

test('45 at once to the same person, then one in six seconds; others are not held up', () => {
  let now = 1_000
  const pairs = openPairs(() => now)
  for (let n = 0; n < 45; n++) assert.equal(pairs.take('number', '+15550101001'), 0)
  assert.equal(pairs.take('number', '+15550101001'), 6_000)
  assert.equal(pairs.take('number', '+15550101002'), 0)
  assert.equal(pairs.take('other', '+15550101001'), 0)
  now += 6_000
  assert.equal(pairs.take('number', '+15550101001'), 0)
  assert.equal(pairs.take('number', '+15550101001'), 6_000)
})

test('pairs that owe nothing are forgotten, those that do are not', () => {
  let now = 0
  const pairs = openPairs(() => now)
  for (let n = 0; n < 45; n++) pairs.take('number', 'busy')
  for (let n = 0; n < 60_000; n++) {
    now += 1
    pairs.take('number', `once ${n}`)
  }
  assert.ok(pairs.take('number', 'busy') === 0, 'a minute has paid for ten')
  for (let n = 0; n < 9; n++) assert.equal(pairs.take('number', 'busy'), 0)
  assert.ok(pairs.take('number', 'busy') > 0, 'the debt was forgotten')
})
