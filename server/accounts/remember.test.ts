import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from './remember.ts'

test('loads once, also for callers at the same moment', async () => {
  const numbers = memory<number>(10)
  let loads = 0
  const load = async () => ++loads
  assert.deepEqual(await Promise.all([numbers.get('a', load), numbers.get('a', load)]), [1, 1])
  assert.equal(await numbers.get('a', load), 1)
})

test('absence and failures are not remembered', async () => {
  const numbers = memory<number>(10)
  assert.equal(await numbers.get('a', async () => undefined), undefined)
  await assert.rejects(numbers.get('a', () => Promise.reject(new Error('down'))))
  assert.equal(await numbers.get('a', async () => 3), 3)
})

test('what was read before something was forgotten is not kept', async () => {
  const numbers = memory<number>(10)
  let finish = (_: number) => {}
  const slow = numbers.get('a', () => new Promise<number>(resolve => (finish = resolve)))
  numbers.forget(() => true)
  const fresh = numbers.get('a', async () => 2)
  finish(1)
  assert.equal(await slow, 1)
  assert.equal(await fresh, 2)
  assert.equal(await numbers.get('a', async () => 9), 2)
  numbers.clear()
  assert.equal(await numbers.get('a', async () => 9), 9)
})

test('the least used go first', async () => {
  const numbers = memory<number>(2)
  for (const key of ['a', 'b']) await numbers.get(key, async () => 1)
  await numbers.get('a', async () => 5)
  await numbers.get('c', async () => 1)
  assert.equal(await numbers.get('a', async () => 5), 1)
  assert.equal(await numbers.get('b', async () => 5), 5)
})
