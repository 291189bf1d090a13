// Range headers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRange } from './range.ts'

test('one range of bytes is understood', () => {
  const expected: [string | undefined, ReturnType<typeof parseRange>][] = [
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-5', { start: 2, end: 5 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=2-500', { start: 2, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', undefined],
    ['bytes=-', undefined],
    ['bytes=1-2,4-5', undefined],
    ['items=1-2', undefined],
    [undefined, undefined],
  ]
  for (const [header, range] of expected) assert.deepEqual(parseRange(header, 10), range, header)
})
