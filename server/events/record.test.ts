// Which events there are of what happens: each once, whatever order, repeats and replays Meta's webhooks come in.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { ADA, eventually, FAST_NUMBER, type Journey, startJourney } from '../../test/carom.ts'
import { markForReplay } from '../inbox/queries.ts'
import { SANDBOX_APP } from '../sandbox/app.ts'

let carom: Journey
before(async () => {
  carom = await startJourney({ settings: { webhooks: { paused: true } } })
})
after(() => carom.close())

const query = (text: string, values: unknown[] = []) =>
  carom.carom.rooms.inbox.db.pool.query(text, values).then(result => result.rows)

async function tell(value: object, field = 'messages'): Promise<void> {
  const metadata = { display_phone_number: '15550100002', phone_number_id: FAST_NUMBER }
  const changes = [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }]
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: SANDBOX_APP.waba_id, time: Math.floor(Date.now() / 1000), changes }],
  })
  const signature = `sha256=${createHmac('sha256', SANDBOX_APP.app_secret).update(body).digest('hex')}`
  const posted = await carom.api('POST', '/webhooks/whatsapp', body, { 'x-hub-signature-256': signature })
  assert.equal(posted.status, 200)
  await applied()
}

async function applied(): Promise<void> {
  await eventually(async () => {
    assert.deepEqual(await query('select id from inbox where projected_at is null'), [])
  })
}

async function sendOne(): Promise<{ id: string; wamid: string }> {
  const hello = { phone_number_id: FAST_NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
  const sent = await carom.api('POST', '/whatsapp/messages/template', hello)
  assert.equal(sent.status, 201, sent.text)
  return sent.body
}

const now_s = Math.floor(Date.now() / 1000)
const status = (wamid: string, word: string, at = 0, more: object = {}) => ({
  ...{ id: wamid, status: word, timestamp: String(now_s + at), recipient_id: ADA.slice(1) },
  ...more,
})
const failed = { errors: [{ code: 131026, title: 'Message undeliverable' }] }

// biome-ignore lint/suspicious/noExplicitAny: what an event holds is what is looked at
async function eventsOf(subject_id: string): Promise<any[]> {
  const { data } = (await carom.api('GET', '/events?type=message.*&limit=100')).body
  const told = data.filter((event: { data: { id: string } }) => event.data.id === subject_id)
  assert.equal(new Set(told.map((event: { id: string }) => event.id)).size, told.length)
  return told
}

const typesOf = async (id: string) => (await eventsOf(id)).map(event => event.type.replace('message.', ''))

test('steps that come in the wrong order, twice and in part are told in their order, once', async () => {
  const { id, wamid } = await sendOne()
  await tell({ statuses: [status(wamid, 'read', 3)] })
  await tell({ statuses: [status(wamid, 'delivered', 2), status(wamid, 'sent', 1)] })
  await tell({ statuses: [status(wamid, 'read', 3)] })
  const told = await eventsOf(id)
  assert.deepEqual(
    told.map(event => event.data.status),
    ['accepted', 'sent', 'delivered', 'read'],
  )
  assert.equal(told[3].timestamp, new Date((now_s + 3) * 1000).toISOString())
  await markForReplay(carom.carom.rooms.inbox.db, new Date(0), new Date(Date.now() + 60_000))
  await applied()
  assert.equal((await eventsOf(id)).length, 4, 'a replay tells nothing anew')
})

test('a failure is told with what it means; proof of delivery is told after it', async () => {
  const { id, wamid } = await sendOne()
  await tell({ statuses: [status(wamid, 'failed', 1, failed)] })
  await tell({ statuses: [status(wamid, 'failed', 1, failed)] })
  const [, failure] = await eventsOf(id)
  assert.equal(failure.data.status, 'failed')
  assert.equal(failure.data.error.code, 131026)
  assert.match(failure.data.error.next_step, /./)
  await tell({ statuses: [status(wamid, 'delivered', 2)] })
  assert.deepEqual(await typesOf(id), ['accepted', 'failed', 'sent', 'delivered'])
  assert.deepEqual((await eventsOf(id))[1], failure, 'as it was at that event, also later')
})

test('a failure that Carom concluded, and the one that Meta tells, are two', async () => {
  const { id } = await sendOne()
  await query(`update messages set status = 'sending', accepted_at = null where id = $1`, [id])
  const concluded = { code: 'not_confirmed', title: 'Not confirmed' }
  const fail = (error: object) =>
    query(`update messages set status = 'failed', error = $2, failed_at = now() where id = $1`, [id, error])
  await fail(concluded)
  await query(`update messages set due_at = now() where id = $1`, [id])
  await fail({ code: 131026, title: 'Message undeliverable' })
  const errors = (await eventsOf(id)).filter(event => event.type === 'message.failed')
  assert.deepEqual(
    errors.map(event => event.data.error.code),
    ['not_confirmed', 131026],
  )
})

test('what comes in is told once, as it was written; history is not, until it turns out to be live', async () => {
  const contacts = [{ wa_id: ADA.slice(1), profile: { name: 'Ada' } }]
  const inbound = {
    ...{ id: 'wamid.in1', from: ADA.slice(1), timestamp: String(now_s), type: 'interactive' },
    interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes, please' } },
    context: { from: '15550100002', id: 'wamid.before' },
  }
  await tell({ contacts, messages: [inbound] })
  await tell({ contacts, messages: [inbound] })
  const [{ id }] = await query(`select id from messages where wamid = 'wamid.in1'`)
  const told = await eventsOf(id)
  assert.deepEqual(
    told.map(event => event.type),
    ['message.received'],
  )
  assert.equal(told[0].data.content.button_reply.id, 'yes')
  assert.equal(told[0].data.reply_to, 'wamid.before')
  assert.equal(told[0].data.contact.name, 'Ada')

  const past = {
    id: 'wamid.past',
    from: ADA.slice(1),
    timestamp: String(now_s - 5000),
    type: 'text',
    text: { body: 'Old' },
  }
  const history = [{ metadata: { phase: 0 }, threads: [{ id: ADA.slice(1), messages: [past] }] }]
  await tell({ history }, 'history')
  const [{ id: past_id }] = await query(`select id from messages where wamid = 'wamid.past'`)
  assert.deepEqual(await eventsOf(past_id), [])
  await tell({ contacts, messages: [past] })
  assert.deepEqual(await typesOf(past_id), ['received'])
})

test('what is edited and deleted later was not so when it was told', async () => {
  const words = {
    id: 'wamid.edit',
    from: ADA.slice(1),
    timestamp: String(now_s - 100),
    type: 'text',
    text: { body: 'First' },
  }
  await tell({ messages: [words] })
  const edit = {
    ...{ id: 'wamid.edit2', from: ADA.slice(1), timestamp: String(now_s - 50), type: 'edit' },
    edit: { original_message_id: 'wamid.edit', message: { type: 'text', text: { body: 'Second' } } },
  }
  await tell({ messages: [edit] })
  const [{ id, content }] = await query(`select id, content from messages where wamid = 'wamid.edit'`)
  assert.equal(content.body, 'Second')
  const [told] = await eventsOf(id)
  assert.deepEqual([told.data.content, told.data.edits], [{ body: 'First' }, null])
})

test('accounts and numbers tell when they change', async () => {
  const typesNow = async () =>
    (await carom.api('GET', '/events?type=account.*,phone_number.*&limit=100')).body.data
  const before = (await typesNow()).length
  const quality = { display_phone_number: '15550100002', event: 'FLAGGED', current_limit: 'TIER_1K' }
  await tell(quality, 'phone_number_quality_update')
  await tell(quality, 'phone_number_quality_update')
  await tell(
    { event: 'ACCOUNT_RESTRICTION', restriction_info: [{ restriction_type: 'X' }] },
    'account_update',
  )
  const told = (await typesNow()).slice(before)
  assert.deepEqual(
    told.map((event: { type: string }) => event.type),
    ['phone_number.updated', 'account.updated'],
  )
  assert.equal(told[0].data.quality_rating, 'RED')
  assert.equal(told[1].data.status, 'restricted')
  assert.ok(!JSON.stringify(told).includes(SANDBOX_APP.access_token))
})
