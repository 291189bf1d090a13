// Messages queued inside a transaction: sent once it has committed, never twice, never without it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ADA, eventually, type Journey, NUMBER, startJourney } from '../../test/carom.ts'
import { sql } from '../db/sql.ts'
import { newId } from '../kit/ids.ts'
import { enqueueMessages, type QueuedMessage } from './enqueue.ts'

let carom: Journey
let to: Pick<QueuedMessage, 'tenant_id' | 'phone_number_id' | 'contact_id' | 'recipient'>
before(async () => {
  carom = await startJourney()
  await carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user: ADA, text: 'Hello' })
  to = await eventually(async () => {
    const row = await carom.carom.rooms.messages.db.one<typeof to>(sql`
      select tenant_id, phone_number_id, contact_id, '+15550101001' as recipient from messages`)
    assert.ok(row)
    return row
  })
})
after(() => carom.close())

const text = (body: string, more: Partial<QueuedMessage> = {}): QueuedMessage => ({
  ...{ id: newId(), ...to, type: 'text', content: { body }, template: null, needs_window: true },
  ...more,
})

async function enqueue(...rows: QueuedMessage[]): Promise<string[]> {
  const { messages } = carom.carom.rooms
  return messages.db.transaction(tx => enqueueMessages(messages, tx, rows))
}

const atMeta = async (row: QueuedMessage) =>
  (await carom.sim('GET', `/_sim/messages?callback_data=${row.id}`)).body.data as {
    content: { body: string }
  }[]

test('it is sent after the commit, once however often it is queued', async () => {
  const row = text('Your order is on its way.')
  assert.deepEqual(await enqueue(row), [row.id])
  await eventually(async () =>
    assert.equal((await atMeta(row))[0]?.content.body, 'Your order is on its way.'),
  )
  assert.deepEqual(await enqueue(row), [])
  const last = text('The end.')
  await enqueue(last)
  await eventually(async () => assert.equal((await atMeta(last)).length, 1))
  assert.equal((await atMeta(row)).length, 1)
})

test('what is rolled back was never queued', async () => {
  const { messages } = carom.carom.rooms
  const row = text('Never said.')
  const failing = messages.db.transaction(async tx => {
    await enqueueMessages(messages, tx, [row])
    throw new Error('changed my mind')
  })
  await assert.rejects(failing, /changed my mind/)
  assert.equal((await carom.api('GET', `/whatsapp/messages/${row.id}`)).status, 404)
})

test("a bot's message bears its name; one that is nobody's is automatic", async () => {
  const bot_id = newId()
  const rows = [text('By a bot.', { bot_id }), text('By itself.')]
  await enqueue(...rows)
  const { db } = carom.carom.rooms.messages
  const found = await db.query(sql`
    select bot_id, automatic from messages where id = any(${rows.map(row => row.id)}::uuid[]) order by created_at`)
  assert.deepEqual(found, [
    { bot_id, automatic: false },
    { bot_id: null, automatic: true },
  ])
  const { body } = await carom.api('GET', `/whatsapp/messages/${rows[0]?.id}`)
  assert.deepEqual([body.bot_id, body.to], [bot_id, ADA])
})
