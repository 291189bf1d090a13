// What was kept long enough goes, tenant by tenant, with everything that hangs on it; what counts and what is younger stays.

import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newId } from '../server/kit/ids.ts'
import { endTurn, takeTurn } from '../server/retention/queries.ts'
import { forgetAll } from '../server/retention/run.ts'
import { ADA, type Api, apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
let theirs: Api
let their_number: string
before(async () => {
  carom = await startJourney()
  const { body: tenant } = await carom.api('POST', '/tenants', { name: 'The others' })
  theirs = apiOf(carom.url, tenant.owner_key)
  const numbers = [{ display_phone_number: '+1 555-010-0077' }]
  const { body } = await carom.sim('POST', '/_sim/wabas', { name: 'The others', numbers, templates: [] })
  const { waba_id, phone_number_ids, access_token } = body
  their_number = phone_number_ids[0]
  const account = { waba_id, phone_number_id: their_number, access_token }
  assert.equal((await theirs('POST', '/whatsapp/onboarding/manual', account)).status, 201)
  // The round of this process would not be waited for; each test makes its own.
  await endTurn(carom.carom.rooms.retention.db, 86_400)
})
after(() => carom.close())

const pool = () => carom.carom.rooms.retention.db.pool
const forget = (batch?: number) => forgetAll(carom.carom.rooms.retention, batch)
const count = async (from: string) =>
  Number((await pool().query(`select count(*) as n from ${from}`)).rows[0]?.n)

async function writes(phone_number_id: string, content: object, api = carom.api) {
  const user = ADA.replace('+', '')
  const { body } = await carom.sim('POST', '/_sim/messages', { phone_number_id, user, ...content })
  return eventually(async () => {
    const found = await api('GET', `/whatsapp/messages/${encodeURIComponent(body.id)}`)
    assert.equal(found.status, 200)
    return found.body
  })
}

const days = async (count: number) => {
  await carom.sim('POST', '/_sim/clock', { advance_seconds: count * 86_400 })
  const { clock } = carom.carom.rooms.retention
  const { body } = await carom.sim('GET', '/_sim/clock')
  await eventually(() => assert.ok(Math.abs(clock.nowMs() - Date.parse(body.now)) < 60_000))
}

test('a tenant says how long, and nonsense is refused', async () => {
  assert.deepEqual((await carom.api('GET', '/retention')).body, {
    ...{ message_days: 400, default_message_days: 400, event_days: 30, raw_webhook_days: 30 },
  })
  const changed = await theirs('PATCH', '/retention', { message_days: 90 })
  assert.deepEqual([changed.status, changed.body.message_days], [200, 90], changed.text)
  for (const message_days of [6, 0.5, '90', undefined])
    assert.equal((await theirs('PATCH', '/retention', { message_days })).status, 422)
  const reader = await theirs('POST', '/keys', {
    name: 'reader',
    scopes: ['whatsapp:write', 'whatsapp:read'],
  })
  const theirReader = apiOf(carom.url, reader.body.key)
  assert.equal((await theirReader('PATCH', '/retention', { message_days: 90 })).status, 403)
  assert.equal((await theirReader('GET', '/retention')).body.message_days, 90)
  assert.equal((await carom.api('GET', '/retention')).body.message_days, 400)
})

test('messages go tenant by tenant, with files, edits, threads and notes; events are not told of it', async () => {
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  await carom.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror: 'on' })
  const photo = await writes(NUMBER, { type: 'image' })
  const copy = await eventually(async () => {
    const { rows } = await pool().query('select mirror_key from media where media_id = $1', [
      photo.content.id,
    ])
    assert.ok(rows[0]?.mirror_key)
    return join(carom.data_dir, rows[0].mirror_key)
  })
  await access(copy)
  for (let each = 0; each < 25; each++) await writes(NUMBER, { text: `Ours ${each}` })
  await writes(their_number, { text: 'Theirs' }, theirs)
  const [thread] = (await carom.api('GET', '/conversations')).body.data
  assert.equal((await carom.api('POST', `/conversations/${thread.id}/notes`, { text: 'A note' })).status, 201)
  const [messages, events] = [await count('messages'), await count('events')]

  await days(91)
  await forget(10)
  assert.deepEqual((await theirs('GET', '/whatsapp/messages')).body.data, [])
  assert.deepEqual((await theirs('GET', '/conversations')).body.data, [])
  assert.equal(await count('messages'), messages - 1, 'ours stay for 400 days')

  await days(310)
  const young = await writes(NUMBER, { text: 'Young' })
  await forget(10)
  assert.deepEqual(
    (await carom.api('GET', '/whatsapp/messages')).body.data.map((one: { id: string }) => one.id),
    [young.id],
  )
  assert.equal((await carom.api('GET', `/conversations/${thread.id}`)).status, 200, 'it has a young message')
  await assert.rejects(access(copy), 'the copy in the mirror is gone')
  assert.equal((await carom.api('GET', `/whatsapp/media/${photo.content.id}`)).status, 404)
  assert.equal(await count('events'), events + 1, 'the young message alone was told')

  await days(401)
  await forget()
  assert.equal((await carom.api('GET', `/conversations/${thread.id}`)).status, 404)
  assert.equal(await count('conversation_notes'), 0)
  assert.equal(await count('messages'), 0)
})

test('what still waits to be sent is not old', async () => {
  const { tenant_id, id } = (await pool().query('select tenant_id, id from phone_numbers limit 1')).rows[0]
  await pool().query(
    `insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, created_at, due_at)
     values ($1, $2, $3, $1, 'outbound', 'text', 'queued', '2020-01-01', 'infinity')`,
    [newId(), tenant_id, id],
  )
  await forget()
  assert.equal(await count('messages'), 1)
  await pool().query('update messages set due_at = null')
  await forget()
  assert.equal(await count('messages'), 0)
})

test('raw webhooks go by their own time', async () => {
  await writes(NUMBER, { text: 'In a webhook' })
  const kept = await count('inbox')
  await pool().query(
    `insert into inbox (id, body, received_at, projected_at)
     select id, '{}', now() - days * interval '1 day', now() from (values ($1::uuid, 31), ($2::uuid, 29)) v(id, days)`,
    [31, 29].map(days => newId(Date.now() - days * 86_400_000)),
  )
  await forget()
  assert.equal(await count('inbox'), kept + 1)
})

test('of many processes one at a time deletes', async () => {
  const { db } = carom.carom.rooms.retention
  await endTurn(db, 0)
  const turns = await Promise.all([takeTurn(db, 60), takeTurn(db, 60), takeTurn(db, 60)])
  assert.deepEqual(turns.filter(Boolean), [true])
})
