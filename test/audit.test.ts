// The audit log: every change by its key, in the transaction of the change, and no value of anybody's.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ADA, apiOf, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const entries = async (query = '') => (await carom.api('GET', `/audit${query}`)).body.data

test('a change is told with its key, its ids and the names of its fields', async () => {
  const made = await carom.api('POST', '/keys', { name: 'Shop of Mary', scopes: ['keys:write'] })
  const { id, key } = made.body
  await carom.api('PATCH', `/keys/${id}`, { name: 'Another name' }, { 'x-request-id': 'change-4711' })
  const [patched, created] = await entries()
  assert.deepEqual(
    [patched.action, patched.subject, patched.fields, patched.status, patched.request_id],
    ['PATCH /keys/:id', id, ['name'], 200, 'change-4711'],
  )
  assert.deepEqual([created.action, created.fields, created.status], ['POST /keys', ['name', 'scopes'], 201])
  assert.equal(created.key.name, 'CAROM_OWNER_KEY')
  await apiOf(carom.url, key)('DELETE', `/keys/${id}`)
  const [removed] = await entries('?action=DELETE')
  assert.deepEqual([removed.key.id, removed.key.name, removed.status], [id, null, 204])
  const text = JSON.stringify(await entries())
  for (const value of ['Mary', 'Another name', key]) assert.ok(!text.includes(value))
})

test('what is refused, replayed, read or sent is no change', async () => {
  const before = (await entries('?limit=100')).length
  await carom.api('POST', '/keys', { nonsense: true })
  await carom.api('GET', '/keys')
  const send = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
  assert.equal((await carom.api('POST', '/whatsapp/messages/template', send)).status, 201)
  const once = { 'idempotency-key': 'audit-1' }
  for (let time = 0; time < 3; time++)
    await carom.api('POST', '/keys', { name: 'Once', scopes: ['whatsapp:read'] }, once)
  assert.equal((await entries('?limit=100')).length, before + 1)
})

test('another tenant sees nothing of it', async () => {
  const made = await carom.api('POST', '/tenants', { name: 'Others' })
  const told = await apiOf(carom.url, made.body.owner_key)('GET', '/audit')
  assert.deepEqual(told.body.data, [])
})
