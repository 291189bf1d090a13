import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClock } from './clock.ts'

test('a jump ahead brings everything that came due, in order, once', () => {
  const clock = createClock()
  const ran: string[] = []
  clock.after(3000, () => ran.push('three'))
  clock.after(1000, () => ran.push('one'))
  clock.after(2000, () => ran.push('two'))
  clock.after(90_000, () => ran.push('later'))
  clock.move(5000)
  assert.deepEqual(ran, ['one', 'two', 'three'])
  clock.move(-86_400_000)
  clock.move(0)
  assert.deepEqual(ran, ['one', 'two', 'three', 'later'])
  clock.stop()
})

test('going back changes the date, and nothing waits longer for it', async () => {
  const clock = createClock()
  clock.move(-3_600_000)
  assert.ok(Math.abs(Date.now() - 3_600_000 - clock.now()) < 1000)
  const before = clock.elapsed()
  await new Promise<void>(done => clock.after(5, done))
  assert.ok(clock.elapsed() > before)
  clock.stop()
})
