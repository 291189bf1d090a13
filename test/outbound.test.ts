// Every kind of message on its way out: what the caller says, what is stored, what Meta gets, and what is refused before
// Meta hears of it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { examples } from '../server/messages/documented.ts'
import { interactives } from '../server/messages/documentedInteractive.ts'
import { ADA, type Answered, eventually, FAST_NUMBER, type Journey, NUMBER, startJourney } from './carom.ts'

/** Nothing is said of a message while a test looks at its answer: a status that is faster would be in it. */
const QUIET = { sent_ms: 600_000, delivered_ms: 600_000, read_ms: 600_000 }

let carom: Journey
before(async () => {
  carom = await startJourney({ settings: QUIET })
  await write('15550101001', { text: 'Hello' })
})
after(() => carom.close())

const BEN = '+15550101002'

function post(kind: string, own: object, more: object = {}, headers: Record<string, string> = {}) {
  const path = kind === 'text' ? '/whatsapp/messages' : `/whatsapp/messages/${kind}`
  return carom.api('POST', path, { phone_number_id: NUMBER, to: ADA, ...own, ...more }, headers)
}

async function sent(kind: string, own: object, more: object = {}, headers: Record<string, string> = {}) {
  const answer = await post(kind, own, more, headers)
  assert.equal(answer.status, 201, answer.text)
  return answer.body
}

/** What Meta has of a message of ours. */
async function atMeta(id: string) {
  return (await carom.sim('GET', `/_sim/messages?callback_data=${id}`)).body.data[0]
}

async function total(): Promise<number> {
  return (await carom.sim('GET', '/_sim/messages?direction=to_user')).body.total
}

/** The person writes; the message as Carom lists it. */
async function write(user: string, content: object, phone_number_id = NUMBER) {
  const { status, text, body } = await carom.sim('POST', '/_sim/messages', {
    phone_number_id,
    user,
    ...content,
  })
  assert.equal(status, 201, text)
  return eventually(async () => {
    const found = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(body.id)}`)
    assert.equal(found.status, 200)
    return found.body
  })
}

function refused(answer: Answered, params: string[], code = 'invalid_parameter'): void {
  assert.deepEqual([answer.status, answer.body.error?.code], [422, code], answer.text)
  const { error } = answer.body
  assert.equal(error.param, params[0])
  assert.deepEqual(
    error.details.issues.map((issue: { param: string }) => issue.param),
    params,
  )
}

for (const [name, interactive] of Object.entries(interactives)) {
  test(`interactive: ${name}`, async () => {
    const message = await sent('interactive', { interactive })
    assert.deepEqual(
      [message.type, message.status, message.content],
      ['interactive', 'accepted', interactive],
    )
    const { type, content } = await atMeta(message.id)
    assert.deepEqual([type, content], ['interactive', interactive])
  })
}

const link = 'https://example.com/a.jpg'
const simple: [kind: string, own: object, type: string, content: unknown][] = [
  ['text', { text: 'See', preview_url: true }, 'text', { body: 'See', preview_url: true }],
  ['media', { type: 'image', link, caption: 'A' }, 'image', { link, caption: 'A' }],
  ['media', { type: 'video', link: `${link}?a=1` }, 'video', { link: `${link}?a=1` }],
  ['media', { type: 'audio', link, voice: true }, 'audio', { link, voice: true }],
  ['media', { type: 'document', link, filename: 'a.pdf' }, 'document', { link, filename: 'a.pdf' }],
  ['media', { type: 'sticker', link }, 'sticker', { link }],
  [
    'location',
    { location: { latitude: '52.5', longitude: 13.4 } },
    'location',
    { latitude: '52.5', longitude: 13.4 },
  ],
]
for (const [kind, own, type, content] of simple) {
  test(`${kind}: ${JSON.stringify(own)}`, async () => {
    const message = await sent(kind, own)
    assert.deepEqual([message.type, message.status, message.content], [type, 'accepted', content])
    const meta = await atMeta(message.id)
    assert.deepEqual([meta.type, meta.content], [type, content])
  })
}

test('contact cards', async () => {
  const { contacts } = examples.contacts.body as { contacts: object[] }
  const message = await sent('contacts', { contacts })
  assert.deepEqual([message.type, message.content], ['contacts', contacts])
  assert.deepEqual((await atMeta(message.id)).content, contacts)
  const { body } = await carom.api('GET', `/whatsapp/messages/${message.id}`)
  assert.deepEqual(body.content, contacts)
})

test('the other spelling of a contact request goes out in the one that works', async () => {
  const interactive = { type: 'contact_request', body: { text: 'x' }, action: { name: 'contact_request' } }
  const { content } = await sent('interactive', { interactive })
  assert.deepEqual([content.type, content.action], ['request_contact_info', { name: 'request_contact_info' }])
})

test('every kind quotes, carries a client_ref, waits for the dispatcher, and is repeated safely', async () => {
  const inbound = await write('15550101001', { text: 'Where?' })
  const { location } = examples.location.body as { location: object }
  const key = { 'idempotency-key': 'where-1' }
  const own = { location, reply_to: inbound.id, client_ref: 'order-1' }
  const first = await sent('location', own, {}, key)
  assert.deepEqual([first.reply_to, first.client_ref], [inbound.wamid, 'order-1'])
  assert.equal((await atMeta(first.id)).context.id, inbound.wamid)
  const again = await post('location', own, {}, key)
  assert.deepEqual([again.headers.get('idempotent-replayed'), again.body.id], ['true', first.id])

  const queued = await post(
    'interactive',
    { interactive: interactives.button },
    {},
    { prefer: 'respond-async' },
  )
  assert.deepEqual([queued.status, queued.body.status], [202, 'queued'])
  await eventually(async () => {
    assert.deepEqual((await atMeta(queued.body.id))?.content, interactives.button)
  })
})

test('somebody without a phone number is reached by the user id', async () => {
  await write('US.1000200030004003', { text: 'Hello' })
  const { id, to, contact } = await sent(
    'interactive',
    { interactive: interactives.request_contact_info },
    { to: 'US.1000200030004003' },
  )
  assert.deepEqual([to, contact.phone], ['US.1000200030004003', null])
  assert.equal((await atMeta(id)).user, 'US.1000200030004003')
})

test('a login code does not go to a user id', async () => {
  const before = await total()
  const code = { template: 'login_code', language: 'en_US', variables: { code: '123456' } }
  const zoe = { to: 'US.1000200030004003' }
  refused(await post('template', code, zoe), ['to'])
  refused(await post('text', { text: 'x', fallback: code }, zoe), ['to'])
  assert.equal(await total(), before)
  assert.equal((await sent('template', code)).status, 'accepted')
  const parent = await post('text', { text: 'x', ignore_window: true }, { to: 'US.ENT.1000200030004000' })
  assert.equal(parent.status, 201, parent.text)
  assert.equal(parent.body.to, 'US.ENT.1000200030004000')
})

test('without an open window: refused, or the fallback goes, or Meta decides', async () => {
  const before = await total()
  const own = { location: { latitude: 1, longitude: 2 } }
  const closed = await post('location', own, { to: BEN })
  assert.deepEqual([closed.status, closed.body.error.code], [422, 'session_window_closed'])
  assert.equal(await total(), before)
  const fallback = { template: 'hello_world', language: 'en_US' }
  assert.equal((await sent('location', own, { to: BEN, fallback })).type, 'template')
  assert.equal((await sent('location', own, { to: BEN, ignore_window: true })).type, 'location')
})

test('a reaction is put and taken off, by our id or the wamid', async () => {
  const { id, wamid } = await write('15550101001', { text: 'Look' })
  for (const [message_id, emoji] of [
    [id, '👍🏽'],
    [wamid, '❤️'],
    [wamid, ''],
    ['wamid.UNKNOWN', '👍'],
  ] as const) {
    const message = await sent('reaction', { message_id, emoji })
    const expected = { message_id: message_id === id ? wamid : message_id, emoji }
    assert.deepEqual([message.type, message.content], ['reaction', expected])
    assert.deepEqual((await atMeta(message.id)).content, expected)
  }
})

test('a reaction to what cannot take one is refused', async () => {
  const inbound = await write('15550101001', { text: 'React to this' })
  const outbound = await sent('text', { text: 'Mine' })
  const bens = await write('15550101002', { text: 'Ben here' })
  const elsewhere = await write('15550101001', { text: 'There' }, FAST_NUMBER)
  const taken_back = await write('15550101001', { text: 'Never mind' })
  await carom.sim('POST', '/_sim/messages', {
    ...{ phone_number_id: NUMBER, user: '15550101001', type: 'revoke' },
    revoke: { original_message_id: taken_back.wamid },
  })
  await eventually(async () => {
    const { body } = await carom.api('GET', `/whatsapp/messages/${taken_back.id}`)
    assert.notEqual(body.revoked_at, null)
  })
  const { body: made } = await carom.sim('POST', `/_sim/messages/${outbound.wamid}/react`, { emoji: '👍' })
  await eventually(async () => {
    const found = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(made.id)}`)
    assert.equal(found.body.type, 'reaction')
  })
  const before = await total()
  for (const [message_id, words] of [
    [outbound.id, /that you sent/],
    [outbound.wamid, /that you sent/],
    [bens.id, /another contact/],
    [elsewhere.id, /another of your numbers/],
    [made.id, /is a reaction itself/],
    [taken_back.id, /was deleted/],
    ['01a207ce-596c-704e-b3ea-a32663bf14b1', /names no message/],
  ] as const) {
    const answer = await post('reaction', { message_id, emoji: '👍' })
    refused(answer, ['message_id'])
    assert.match(answer.body.error.message, words)
  }
  refused(await post('reaction', { message_id: inbound.id, emoji: '👍', reply_to: inbound.id }), ['reply_to'])
  assert.equal(await total(), before)
})

test('all problems at once, schema and rules, with their paths; Meta hears of none', async () => {
  const before = await total()
  const interactive = {
    type: 'button',
    header: { type: 'image', image: {} },
    body: { text: '' },
    action: {
      buttons: [
        { type: 'reply', reply: { id: 'a', title: 'Same' } },
        { type: 'reply', reply: { id: 'b', title: 'Same' } },
        { type: 'reply', reply: { id: 'c', title: 'x'.repeat(21), payload: 'x' } },
      ],
    },
  }
  const answer = await post('interactive', { interactive, to: 5, surprise: true })
  refused(answer, [
    'to',
    'interactive.body.text',
    'interactive.action.buttons[2].reply.title',
    'interactive.action.buttons[2].reply.payload',
    'surprise',
    'interactive.header.image.id',
    'interactive.action.buttons[1].reply.title',
  ])
  refused(await post('media', { type: 'audio', link, caption: 'x', media_id: '1' }), ['link', 'caption'])
  refused(await post('reaction', { message_id: 'wamid.x', emoji: ':)' }), ['emoji'])
  refused(await post('contacts', { contacts: [{}] }), ['contacts[0].name'])
  refused(await post('location', { location: { latitude: 91, longitude: '181' } }), [
    'location.latitude',
    'location.longitude',
  ])
  assert.equal(await total(), before)
})

test('a reaction comes too late after 30 days', async () => {
  const old = await write('15550101001', { text: 'Long ago' })
  await carom.sim('POST', '/_sim/clock', { advance_seconds: 30 * 86_400 + 60 })
  await eventually(async () => {
    const late = await post('reaction', { message_id: old.id, emoji: '👍' }, { ignore_window: true })
    refused(late, ['message_id'])
    assert.match(late.body.error.message, /older than 30 days/)
  })
})
