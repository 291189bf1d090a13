// The first hour with Carom: a template goes out, the customer answers, the conversation goes on, the window closes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ADA, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const hello = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
const text = (to: string, text: string, more = {}) => ({ phone_number_id: NUMBER, to, text, ...more })

async function sendText(to: string, words: string, more = {}, headers = {}) {
  return carom.api('POST', '/whatsapp/messages', text(to, words, more), headers)
}

/** What the simulator has for that person, of the business. */
async function received(user: string) {
  const { body } = await carom.sim('GET', `/_sim/messages?user=${user}&direction=to_user`)
  return body.data as {
    id: string
    type: string
    content: Record<string, unknown>
    context: { id: string }
  }[]
}

async function write(user: string, words: string, more = {}) {
  const message = { phone_number_id: NUMBER, user, text: words, ...more }
  const { status, body } = await carom.sim('POST', '/_sim/messages', message)
  assert.equal(status, 201, JSON.stringify(body))
  return body.id as string
}

/** The inbound message of that wamid, once it is listed. */
function arrived(wamid: string) {
  return eventually(async () => {
    const { status, body } = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(wamid)}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  })
}

async function webhooks(settings: { paused: boolean }): Promise<void> {
  const { status, text } = await carom.sim('PATCH', '/_sim/settings', { webhooks: settings })
  assert.equal(status, 200, text)
}

test('a template goes out and comes to be read', async () => {
  // The answer tells what is known by then: let nothing be known yet.
  await webhooks({ paused: true })
  const sent = await carom.api('POST', '/whatsapp/messages/template', { ...hello, client_ref: 'order-1' })
  assert.equal(sent.status, 201, sent.text)
  const { id, wamid } = sent.body
  assert.match(wamid, /^wamid\./)
  assert.deepEqual(
    [sent.body.direction, sent.body.status, sent.body.type, sent.body.to, sent.body.phone_number_id],
    ['outbound', 'accepted', 'template', ADA, NUMBER],
  )
  assert.equal(sent.body.client_ref, 'order-1')
  assert.equal(sent.body.template.name, 'hello_world')
  assert.equal(sent.body.sent_at, null)
  await webhooks({ paused: false })
  const read = await eventually(async () => {
    const { body } = await carom.api('GET', `/whatsapp/messages/${id}`)
    assert.equal(body.status, 'read')
    return body
  })
  for (const at of ['created_at', 'accepted_at', 'sent_at', 'delivered_at', 'read_at']) {
    assert.match(read[at], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, at)
  }
  assert.ok(read.sent_at <= read.delivered_at && read.delivered_at <= read.read_at)
  assert.equal(read.failed_at, null)
  assert.equal(read.pricing.category, 'utility')
  assert.equal(read.contact.phone, ADA)
  const byWamid = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(wamid)}`)
  assert.deepEqual(byWamid.body, read)
  const [atMeta] = (await carom.sim('GET', `/_sim/messages?callback_data=${id}`)).body.data
  assert.equal(atMeta.id, wamid)
})

test('without a word of the customer, text is refused and Meta never hears of it', async () => {
  const before = (await received('15550101002')).length
  const refused = await sendText('+15550101002', 'Hello Ben')
  assert.equal(refused.status, 422)
  const { error } = refused.body
  assert.deepEqual([error.type, error.code], ['validation_error', 'session_window_closed'])
  assert.deepEqual(error.details, { window_expired_at: null, last_inbound_at: null })
  assert.equal(error.request_id, refused.headers.get('x-request-id'))
  assert.equal((await received('15550101002')).length, before)
})

test('the customer writes, and a conversation follows', async () => {
  const inbound = await arrived(await write('15550101001', 'Is it on its way?'))
  assert.deepEqual(
    [inbound.direction, inbound.status, inbound.type, inbound.from, inbound.to],
    ['inbound', 'received', 'text', ADA, undefined],
  )
  assert.equal(inbound.content.body, 'Is it on its way?')
  assert.equal(inbound.contact.name, 'Ada')
  assert.match(inbound.contact.user_id, /^US\./)

  const window = await carom.api('GET', `/whatsapp/windows?phone_number_id=${NUMBER}&contact=%2B15550101001`)
  assert.equal(window.body.open, true)
  assert.equal(window.body.last_inbound_at, inbound.sent_at)
  assert.equal(Date.parse(window.body.expires_at) - Date.parse(inbound.sent_at), 24 * 3_600_000)

  const quoting = await sendText(ADA, 'It is.', { reply_to: inbound.id, preview_url: false })
  assert.equal(quoting.status, 201, quoting.text)
  assert.equal(quoting.body.reply_to, inbound.wamid)
  assert.equal(quoting.body.contact.id, inbound.contact.id)
  const byWamid = await sendText('1 (555) 010-1001', 'Really.', { reply_to: inbound.wamid })
  assert.equal(byWamid.status, 201, byWamid.text)
  assert.equal(byWamid.body.contact.id, inbound.contact.id)
  const last = (await received('15550101001')).slice(-2)
  assert.deepEqual(
    last.map(message => [message.content.body, message.context?.id]),
    [
      ['It is.', inbound.wamid],
      ['Really.', inbound.wamid],
    ],
  )
  const back = await arrived(await write('15550101001', 'Thank you', { reply_to: quoting.body.wamid }))
  assert.equal(back.reply_to, quoting.body.wamid)
})

test('an inbound message is marked as read, with our id or the wamid', async () => {
  const wamid = await write('15550101001', 'Anybody there?')
  const { id } = await arrived(wamid)
  for (const [name, body] of [
    [id, { typing: true }],
    [wamid, undefined],
  ] as const) {
    const path = `/whatsapp/messages/${encodeURIComponent(name)}/read`
    const marked = await carom.api('POST', path, body)
    assert.deepEqual([marked.status, marked.body], [200, { success: true }], marked.text)
  }
  const { data } = (await carom.sim('GET', '/_sim/messages?user=15550101001&direction=from_user')).body
  assert.equal(data.find((message: { id: string }) => message.id === wamid).status, 'read')
  const ours = (await received('15550101001'))[0]?.id ?? ''
  const wrong = await carom.api('POST', `/whatsapp/messages/${encodeURIComponent(ours)}/read`)
  assert.deepEqual([wrong.status, wrong.body.error.code], [409, 'invalid_state'])
})

test('a day later the window is closed: the fallback goes instead, or Meta is left to decide', async () => {
  await carom.sim('POST', '/_sim/clock', { advance_seconds: 24 * 3600 + 60 })
  const before = (await received('15550101001')).length
  const refused = await eventually(async () => {
    const answer = await sendText(ADA, 'Still there?')
    assert.equal(answer.status, 422, answer.text)
    return answer
  })
  const count = (await received('15550101001')).length
  assert.equal(refused.body.error.code, 'session_window_closed')
  const { window_expired_at, last_inbound_at } = refused.body.error.details
  assert.equal(Date.parse(window_expired_at) - Date.parse(last_inbound_at), 24 * 3_600_000)
  assert.ok(count - before <= 1, 'at most what was sent before the clock was seen to move')

  const window = await carom.api('GET', `/whatsapp/windows?phone_number_id=${NUMBER}&contact=${ADA.slice(1)}`)
  assert.deepEqual([window.body.open, window.body.expires_at], [false, window_expired_at])

  const variables = { '1': 'Ada', '2': '4711', button_0: '4711' }
  const fallback = { template: 'order_shipped', language: 'en_US', variables }
  const instead = await sendText(ADA, 'Still there?', { fallback })
  assert.equal(instead.status, 201, instead.text)
  assert.deepEqual([instead.body.type, instead.body.template.name], ['template', 'order_shipped'])

  const daring = await sendText(ADA, 'Still there?', { ignore_window: true })
  assert.equal(daring.status, 201, daring.text)
  const failed = await eventually(async () => {
    const { body } = await carom.api('GET', `/whatsapp/messages/${daring.body.id}`)
    assert.equal(body.status, 'failed')
    return body
  })
  assert.equal(failed.error.code, 131047)
  assert.ok(failed.error.cause && failed.error.next_step && failed.failed_at)
})

test('a fallback is not used while the window is open', async () => {
  await arrived(await write('15550101002', 'Hello, Ben here'))
  const fallback = { template: 'hello_world', language: 'en_US' }
  const answer = await sendText('+15550101002', 'Hello Ben', { fallback })
  assert.deepEqual([answer.status, answer.body.type], [201, 'text'], answer.text)
})

test('with Prefer: respond-async it is queued, and the dispatcher sends it', async () => {
  const queued = await sendText('+15550101002', 'Later', { client_ref: 'later' }, { prefer: 'respond-async' })
  assert.equal(queued.status, 202, queued.text)
  assert.deepEqual([queued.body.status, queued.body.wamid], ['queued', null])
  assert.equal(queued.headers.get('preference-applied'), 'respond-async')
  await eventually(async () => {
    const { body } = await carom.api('GET', `/whatsapp/messages/${queued.body.id}`)
    assert.equal(body.status, 'read')
    assert.ok(body.wamid && body.accepted_at)
  })
})

test('somebody without a phone number writes and is answered', async () => {
  const user = 'US.1000200030004003'
  const inbound = await arrived(await write(user, 'Nobody knows my number'))
  assert.deepEqual([inbound.from, inbound.contact.phone, inbound.contact.user_id], [user, null, user])
  assert.ok(inbound.contact.username)
  const answer = await sendText(user, 'We do not ask', { reply_to: inbound.id })
  assert.equal(answer.status, 201, answer.text)
  assert.deepEqual([answer.body.to, answer.body.contact.id], [user, inbound.contact.id])
  assert.equal((await received(user)).at(-1)?.content.body, 'We do not ask')
  await eventually(async () => {
    assert.equal((await carom.api('GET', `/whatsapp/messages/${answer.body.id}`)).body.status, 'read')
  })
})

test('the list is filtered and paged', async () => {
  const all: { id: string; created_at: string }[] = []
  let cursor: string | null = null
  do {
    const { status, body, text } = await carom.api(
      'GET',
      `/whatsapp/messages?limit=3${cursor ? `&cursor=${cursor}` : ''}`,
    )
    assert.equal(status, 200, text)
    assert.ok(body.data.length === 3 || body.next_cursor === null)
    all.push(...body.data)
    cursor = body.next_cursor
  } while (cursor !== null)
  assert.equal(new Set(all.map(message => message.id)).size, all.length)
  assert.deepEqual(
    all.map(message => message.created_at),
    all
      .map(message => message.created_at)
      .sort()
      .reverse(),
  )
  const whole = (await carom.api('GET', '/whatsapp/messages?limit=100')).body
  assert.deepEqual([whole.data.length, whole.next_cursor], [all.length, null])
  await everyFilter(whole.data)
})

// biome-ignore lint/suspicious/noExplicitAny: messages as they came
async function everyFilter(all: any[]): Promise<void> {
  const zoe = all.find(message => message.contact.phone === null)
  const middle = all[Math.floor(all.length / 2)].created_at
  // biome-ignore lint/suspicious/noExplicitAny: messages as they came
  const filters: [string, (message: any) => boolean][] = [
    ['direction=inbound', message => message.direction === 'inbound'],
    ['status=failed', message => message.status === 'failed'],
    ['type=template', message => message.type === 'template'],
    ['client_ref=order-1', message => message.client_ref === 'order-1'],
    ['contact=%2B15550101002', message => message.contact.phone === '+15550101002'],
    ['contact=US.1000200030004003', message => message.contact.id === zoe.contact.id],
    [`contact=${zoe.contact.id}&direction=outbound`, message => message.to === 'US.1000200030004003'],
    [`from=${middle}`, message => message.created_at >= middle],
    [`to=${middle}`, message => message.created_at < middle],
    [`phone_number_id=${NUMBER}`, () => true],
    ['phone_number_id=500100200300402', () => false],
    ['contact=%2B15550109999', () => false],
  ]
  for (const [query, wanted] of filters) {
    const { body, text } = await carom.api('GET', `/whatsapp/messages?limit=100&${query}`)
    const expected = all.filter(wanted).map(message => message.id)
    assert.deepEqual(
      body.data?.map((message: { id: string }) => message.id),
      expected,
      `${query}: ${text.slice(0, 300)}`,
    )
    assert.ok(
      query.includes('402') || query.includes('9999') || expected.length > 0,
      `${query} finds something`,
    )
  }
}
