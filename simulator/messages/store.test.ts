import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../world.ts'
import { createMessageStore } from './store.ts'

const message = (id: string, user: string, callback_data: string | null = null) =>
  ({ id, user, callback_data, phone_number_id: 'n', direction: 'to_user' }) as Message

test('only the newest are kept, in every index, and the total counts all', () => {
  const store = createMessageStore(3)
  for (const id of ['a', 'b', 'c', 'd', 'e']) store.add(message(id, id === 'a' ? 'ada' : 'ben', `for ${id}`))
  const { total, data } = store.list({}, 10)
  assert.deepEqual([total, data.map(one => one.id)], [5, ['c', 'd', 'e']])
  assert.equal(store.get('a'), undefined)
  assert.deepEqual(store.list({ user: 'ada' }, 10), { total: 0, data: [] })
  assert.equal(store.list({ callback_data: 'for b' }, 10).total, 0)
  assert.equal(store.list({ callback_data: 'for e' }, 10).total, 1)
})

test('a page begins after the message that is named', () => {
  const store = createMessageStore()
  for (const id of ['a', 'b', 'c']) store.add(message(id, 'ada', 'same'))
  const ids = (filter: object) => store.list(filter, 1, store.get('b')).data.map(one => one.id)
  assert.deepEqual([ids({}), ids({ user: 'ada' }), ids({ direction: 'from_user' })], [['c'], ['c'], []])
  assert.equal(store.list({ callback_data: 'same' }, 1).total, 3)
})
