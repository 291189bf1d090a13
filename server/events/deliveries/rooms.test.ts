// How much of an endpoint is worked on at once, by how it fares.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRooms, type Turned, USUAL_ROOM } from './rooms.ts'

function roomAfter(turns: Turned[]): number {
  const rooms = openRooms()
  for (const turn of turns) {
    rooms.began('a')
    rooms.ended('a', turn)
  }
  return rooms.left()[0]?.room ?? USUAL_ROOM
}

const times = (n: number, turn: Turned): Turned[] => Array.from({ length: n }, () => turn)

test('room grows while an endpoint takes quickly what it is sent, up to a bound', () => {
  assert.equal(roomAfter(times(3, { ok: true, taken: 20, ms: 5 })), USUAL_ROOM + 6)
  assert.equal(roomAfter(times(500, { ok: true, taken: 1, ms: 5 })), 64)
})

test('one that fails now and then keeps its room; one that takes nothing has little, one that hangs the least', () => {
  // Three of ten fail: every turn ends with a failure.
  const flaky: Turned[] = [0, 1, 2, 3, 5, 2, 4].map(taken => ({ ok: false, taken, ms: 5 }))
  assert.equal(roomAfter(Array.from({ length: 100 }, () => flaky).flat()), 64)
  assert.equal(roomAfter(times(50, { ok: false, taken: 0, ms: 5 })), 4)
  assert.equal(roomAfter(times(5, { ok: false, taken: 0, ms: 15_000 })), 1)
  assert.equal(roomAfter(times(3, { ok: true, taken: 1, ms: 3_000 })), USUAL_ROOM - 3)
})
