// JSON is written again as it was read.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExact } from './parseExact.ts'

test('long numbers keep their digits, wherever they stand', () => {
  for (const text of [
    '{"id":24012345678901234567,"n":[1,-9007199254740993,"24012345678901234567"],"x":1.50,"t":null}',
    '[12345678901234567]',
    '{"a":"[12345678901234567"}',
  ])
    assert.equal(JSON.stringify(parseExact(text)), text)
})

test('what is nested without end is read all the same, and what is no JSON is not', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  assert.ok(parseExact(`{"id":24012345678901234567,"deep":${deep}}`))
  assert.throws(() => parseExact('{"id":24012345678901234567'), SyntaxError)
})
