// Threads as their API shows them: who writes, what is unread, who may answer.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ADA, eventually, FAST_NUMBER, type Journey, NUMBER, startJourney } from '../../test/carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const [ada, ben] = [ADA.slice(1), '15550101002']

async function writes(user: string, text: string, phone_number_id = NUMBER): Promise<void> {
  const { status, body } = await carom.sim('POST', '/_sim/messages', { phone_number_id, user, text })
  assert.equal(status, 201)
  await eventually(async () => {
    const found = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(body.id)}`)
    assert.equal(found.status, 200)
  })
}

async function list(query = '') {
  const answer = await carom.api('GET', `/conversations${query}`)
  assert.equal(answer.status, 200, answer.text)
  return answer.body.data as { id: string; contact: { phone: string } }[]
}

const phones = async (query = '') => (await list(query)).map(one => one.contact.phone)

async function thread(user = ada) {
  const [found] = await list(`?contact=${user}&phone_number_id=${NUMBER}`)
  assert.ok(found)
  return (await carom.api('GET', `/conversations/${found.id}`)).body
}

async function ok(method: string, path: string, body?: unknown, status = 200) {
  const answer = await carom.api(method, path, body)
  assert.equal(answer.status, status, answer.text)
  return answer.body
}

test('the first message of a contact begins a thread', async () => {
  assert.deepEqual(await list(), [])
  await writes(ada, 'Do you ship to Norway?')
  const found = await thread()
  assert.equal(found.contact.phone, ADA)
  assert.deepEqual(
    [found.phone_number_id, found.status, found.unread_count, found.autoreply_enabled, found.bot_id],
    [NUMBER, 'active', 1, true, null],
  )
  assert.deepEqual([found.window.open, found.bot_paused_until], [true, null])
  assert.deepEqual(
    [found.last_message.direction, found.last_message.type, found.last_message.text],
    ['inbound', 'text', 'Do you ship to Norway?'],
  )
  assert.ok(Date.parse(found.last_inbound_at) > Date.now() - 60_000)
})

test('one thread a number, and the newest activity first', async () => {
  await writes(ben, 'Is anybody there?')
  await writes(ada, 'Wrong number?', FAST_NUMBER)
  assert.deepEqual(await phones(), [ADA, `+${ben}`, ADA])
  assert.deepEqual(await phones(`?phone_number_id=${NUMBER}`), [`+${ben}`, ADA])
  await ok('POST', '/whatsapp/messages', { phone_number_id: NUMBER, to: ben, text: 'We are.' }, 201)
  assert.deepEqual(await phones(), [`+${ben}`, ADA, ADA])
  const first = await ok('GET', '/conversations?limit=2')
  const rest = await ok('GET', `/conversations?limit=2&cursor=${first.next_cursor}`)
  assert.deepEqual([first.data.length, rest.data.length, rest.next_cursor], [2, 1, null])
})

test('pages go on within a minute and across minutes', async () => {
  const oldest = (await list()).at(-1)?.id
  const { pool } = carom.carom.rooms.inbox.db
  await pool.query(
    `update conversations set last_message_at = last_message_at - interval '90 s' where id = $1`,
    [oldest],
  )
  const expected = (await list()).map(one => one.id)
  const walked: string[] = []
  for (let cursor = ''; ; ) {
    const page = await ok('GET', `/conversations?limit=1${cursor && `&cursor=${cursor}`}`)
    walked.push(...page.data.map((one: { id: string }) => one.id))
    if (page.next_cursor === null) break
    cursor = page.next_cursor
  }
  assert.deepEqual([walked, walked.at(-1)], [expected, oldest])
})

test('a campaign moves no thread up', async () => {
  const { id } = await thread()
  const seed = `insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, campaign_id, created_at)
    select gen_random_uuid(), tenant_id, phone_number_id, contact_id, 'outbound', 'template', 'sent', gen_random_uuid(), now()
    from conversations where id = $1`
  await carom.carom.rooms.conversations.db.pool.query(seed, [id])
  assert.equal((await list())[0]?.contact.phone, `+${ben}`)
  const found = await thread()
  assert.ok(found.last_message.campaign_id)
  assert.equal(found.bot_paused_until, null, 'and pauses no bot')
})

test('filters', async () => {
  assert.deepEqual(await phones('?q=anybody'), [`+${ben}`])
  assert.deepEqual(await phones('?q=we%20ARE.'), [`+${ben}`], 'what the business wrote')
  assert.deepEqual(await phones('?q=ben'), [`+${ben}`], 'the name')
  assert.deepEqual(await phones('?q=%2B1%20(555)%20010-1002'), [`+${ben}`], 'the number, in any spelling')
  for (const q of ['%25', '_', '%5C', 'sent', 'Rumpelstilzchen'])
    assert.deepEqual(await phones(`?q=${q}`), [], q)
  assert.deepEqual(await phones(`?contact=${ben}`), [`+${ben}`])
  assert.deepEqual(await phones('?contact=%2B15550109999'), [])
  assert.deepEqual(await phones('?phone_number_id=999'), [])
  assert.equal((await phones('?unread=true')).length, 3)
  assert.deepEqual(await phones('?unread=false'), [])
  assert.deepEqual(await phones('?status=escalated'), [])
  for (const query of ['?status=open', '?contact=Ben', '?cursor=abc', '?unread=maybe', '?bot_id=x']) {
    assert.equal((await carom.api('GET', `/conversations${query}`)).status, 422, query)
  }
})

test('the messages of a thread are those of that number alone, newest first', async () => {
  const { id } = await thread()
  await writes(ada, 'Hello?')
  const { data } = await ok('GET', `/conversations/${id}/messages?limit=1`)
  assert.deepEqual([data.length, data[0].content], [1, { body: 'Hello?' }])
  const all = await ok('GET', `/conversations/${id}/messages`)
  const texts = all.data.map((one: { content: { body: string } | null }) => one.content?.body)
  assert.deepEqual(texts, ['Hello?', undefined, 'Do you ship to Norway?'])
  assert.equal((await carom.api('GET', `/conversations/${crypto.randomUUID()}/messages`)).status, 404)
})

test("a person's message pauses the bot, and switching it on ends the pause", async () => {
  const { id } = await thread()
  await ok('POST', '/whatsapp/messages', { phone_number_id: NUMBER, to: ada, text: 'Yes, we do.' }, 201)
  const minutes = (found: { bot_paused_until: string }) =>
    Math.round((Date.parse(found.bot_paused_until) - Date.now()) / 60_000)
  assert.equal(minutes(await thread()), 30)
  const on = await ok('POST', `/conversations/${id}/autoreply`, { enabled: true })
  assert.deepEqual([on.autoreply_enabled, on.bot_paused_until], [true, null])
  const pause = await ok('POST', `/conversations/${id}/autoreply`, { enabled: false, for_minutes: 90 })
  assert.deepEqual([pause.autoreply_enabled, minutes(pause)], [true, 90])
  const off = await ok('POST', `/conversations/${id}/autoreply`, { enabled: false })
  assert.deepEqual([off.autoreply_enabled, off.bot_paused_until], [false, null])
  await ok('POST', `/conversations/${id}/autoreply`, {}, 422)
})

test('a completed thread opens again when the contact writes; an escalated one stays so', async () => {
  const { id } = await thread()
  const done = await ok('PUT', `/conversations/${id}/status`, { status: 'completed', reason: 'Answered' })
  assert.deepEqual([done.status, done.status_reason], ['completed', 'Answered'])
  assert.deepEqual(await phones('?status=completed'), [ADA])
  await writes(ada, 'One more thing')
  await eventually(async () => {
    const { status, status_reason } = await thread()
    assert.deepEqual([status, status_reason], ['active', null])
  })
  await ok('PUT', `/conversations/${id}/status`, { status: 'escalated' })
  await writes(ada, 'Hello???')
  await eventually(async () => assert.equal((await thread()).last_message.text, 'Hello???'))
  assert.equal((await thread()).status, 'escalated')
  await ok('PUT', `/conversations/${id}/status`, { status: 'open' }, 422)
})

test('reading a thread, with and without a receipt', async () => {
  const { id, unread_count } = await thread()
  assert.equal(unread_count, 4)
  const atMeta = async () =>
    (await carom.sim('GET', `/_sim/messages?user=${ada}&direction=from_user`)).body.data
  const before = (await atMeta()).filter((one: { status: string }) => one.status === 'read').length
  assert.equal((await ok('POST', `/conversations/${id}/read`)).unread_count, 0)
  assert.equal((await atMeta()).filter((one: { status: string }) => one.status === 'read').length, before)
  await ok('POST', `/conversations/${id}/read`, { receipt: true })
  assert.ok((await atMeta()).filter((one: { status: string }) => one.status === 'read').length > before)
  assert.deepEqual((await phones('?unread=false')).length, 1)
})

test('notes are for colleagues, once each', async () => {
  const { id } = await thread()
  const key = { 'idempotency-key': 'note-1' }
  const note = { text: 'Called her back.', author: 'Grace' }
  const made = await carom.api('POST', `/conversations/${id}/notes`, note, key)
  const again = await carom.api('POST', `/conversations/${id}/notes`, note, key)
  assert.deepEqual([made.status, again.text], [201, made.text])
  await ok('POST', `/conversations/${id}/notes`, { text: 'Wants the blue one.' }, 201)
  const { data } = await ok('GET', `/conversations/${id}/notes`)
  assert.deepEqual(
    data.map((one: { text: string; author: string | null }) => [one.text, one.author]),
    [
      ['Wants the blue one.', null],
      ['Called her back.', 'Grace'],
    ],
  )
  assert.equal((await carom.api('DELETE', `/conversations/${id}/notes/${made.body.id}`)).status, 204)
  await ok('DELETE', `/conversations/${id}/notes/${made.body.id}`, undefined, 404)
  assert.equal((await ok('GET', `/conversations/${id}/notes`)).data.length, 1)
  await ok('POST', `/conversations/${crypto.randomUUID()}/notes`, note, 404)
  await ok('POST', `/conversations/${id}/notes`, { text: '' }, 422)
})
