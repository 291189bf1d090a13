// A bot in conversation: what contacts write is answered once, together, in order; people, switches and words stop it.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { conversationOf, createBot, heard, hears, switchOn, turnsOf, write } from './bots.ts'
import { eventually, type Journey, NUMBER, startJourney } from './carom.ts'
import { startTenantServer, type TenantServer } from './tenantServer.ts'

let carom: Journey
let tenant: TenantServer
let bot_id: string
let last = 0
/** A person of their own for every test. */
let user: string
before(async () => {
  tenant = await startTenantServer()
  carom = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
  const handover = { words: ['a human'], message: 'Somebody will be with you.' }
  const bot = await createBot(carom, {
    engine: 'webhook',
    url: `${tenant.url}/bot`,
    debounce_ms: 100,
    handover,
  })
  bot_id = bot.id
  tenant.secret = bot.signing_secret
  await switchOn(carom, bot_id)
})
beforeEach(() => {
  user = `1555020${String(++last).padStart(4, '0')}`
  tenant.calls.length = 0
  tenant.answer(() => ({ text: 'Hello!' }))
})
after(async () => {
  await carom.close()
  await tenant.close()
})

async function turnOf(count = 1) {
  const { id } = await conversationOf(carom, `+${user}`)
  const turns = await eventually(async () => {
    const found = (await turnsOf(carom, bot_id, `?conversation_id=${id}`)).filter(
      turn => turn.state !== 'open',
    )
    assert.equal(found.length, count, JSON.stringify(found))
    return found
  })
  return turns[0]
}

/** The person writes, and the turn that comes of it ends. */
async function writeAndEnd(content: object | string, count = 1) {
  await write(carom, user, content)
  await eventually(() => conversationOf(carom, `+${user}`))
  return turnOf(count)
}

test('the engine is asked with the thread, signed, and its answer goes out once', async () => {
  tenant.answer(({ body }) => ({ text: `You said: ${body.data.text}` }))
  const turn = await writeAndEnd('Is it warm?')
  assert.deepEqual(await hears(carom, user, 1), ['You said: Is it warm?'])
  const [call] = tenant.calls
  assert.equal(tenant.calls.length, 1)
  assert.equal(tenant.forged, 0)
  assert.equal(call?.id, turn.id)
  const { type, data } = call?.body ?? {}
  assert.deepEqual([type, data.simulated, data.contact.phone], ['bot.turn', false, `+${user}`])
  assert.deepEqual(
    data.messages.map((message: { from: string; text: string; to_answer: boolean }) => [
      ...[message.from, message.text, message.to_answer],
    ]),
    [['customer', 'Is it warm?', true]],
  )
  assert.deepEqual(
    [turn.state, turn.reply, turn.reason, turn.attempts, turn.engine],
    ['answered', 'answer', null, 1, 'webhook'],
  )
  const { body } = await carom.api('GET', `/whatsapp/messages/${turn.message_ids[0]}`)
  assert.deepEqual(
    [body.bot_id, body.direction, body.content.body],
    [bot_id, 'outbound', 'You said: Is it warm?'],
  )
})

test('several quick messages are one turn, and a typing indicator is shown', async () => {
  const debounce = (debounce_ms: number) => carom.api('PUT', `/bots/${bot_id}`, { config: { debounce_ms } })
  await debounce(2_000)
  const first = await write(carom, user, 'One')
  await write(carom, user, 'Two')
  await write(carom, user, 'Three')
  await hears(carom, user, 1)
  await debounce(100)
  assert.deepEqual(
    tenant.calls.map(call => call.body.data.text),
    ['One\nTwo\nThree'],
  )
  const { data } = (await carom.sim('GET', `/_sim/messages?user=${user}&direction=from_user`)).body
  assert.ok(
    data.some((message: { status: string }) => message.status === 'read'),
    first,
  )
})

test('an answer that is no longer wanted is dropped: the contact wrote again', async () => {
  tenant.answer(({ body }) => ({ wait_ms: 700, body: { text: `For: ${body.data.text}` } }))
  await write(carom, user, 'First')
  await eventually(() => assert.equal(tenant.calls.length, 1))
  await write(carom, user, 'Second')
  assert.deepEqual(await hears(carom, user, 1), ['For: First\nSecond'])
  const turn = await turnOf(2)
  const turns = await turnsOf(carom, bot_id, `?conversation_id=${turn.conversation_id}`)
  assert.deepEqual(
    turns.map(one => [one.state, one.reason?.code]),
    [
      ['answered', undefined],
      ['dropped', 'customer_wrote_again'],
    ],
  )
  assert.equal(turns[0].asked.length, 2)
})

test('a person who answers takes over, and the bot is silent until its pause is over or ended', async () => {
  tenant.answer(() => ({ wait_ms: 600, body: { text: 'Late' } }))
  await write(carom, user, 'Hello?')
  await eventually(() => assert.equal(tenant.calls.length, 1))
  const sent = await carom.api('POST', '/whatsapp/messages', {
    phone_number_id: NUMBER,
    to: `+${user}`,
    text: 'It is me.',
  })
  assert.equal(sent.status, 201)
  assert.equal((await turnOf()).reason.code, 'person_answered')
  assert.deepEqual((await turnOf()).answer, [{ type: 'text', content: { body: 'Late' } }])
  assert.equal((await writeAndEnd('And now?', 2)).reason.code, 'person_answered')
  assert.equal(tenant.calls.length, 1)
  tenant.answer(() => ({ text: 'Back again.' }))
  const { id } = await conversationOf(carom, `+${user}`)
  await carom.api('POST', `/conversations/${id}/autoreply`, { enabled: true })
  assert.equal((await writeAndEnd('Anybody?', 3)).state, 'answered')
  assert.deepEqual(await hears(carom, user, 2), ['It is me.', 'Back again.'])
})

test('a template tells something and takes nothing over', async () => {
  const hello = { phone_number_id: NUMBER, to: `+${user}`, template: 'hello_world', language: 'en_US' }
  assert.equal((await carom.api('POST', '/whatsapp/messages/template', hello)).status, 201)
  assert.equal((await writeAndEnd('Thanks, when?')).state, 'answered')
})

test('a word hands the thread over: the contact is told, and the bot waits for a person', async () => {
  const turn = await writeAndEnd('I want to talk to a HUMAN!')
  assert.deepEqual([turn.reply, turn.reason.code], ['handover', 'handover_word'])
  assert.deepEqual(await hears(carom, user, 1), ['Somebody will be with you.'])
  const thread = await conversationOf(carom, `+${user}`)
  assert.deepEqual([thread.status, thread.status_reason], ['escalated', 'handover_word'])
  assert.equal((await writeAndEnd('Hello?', 2)).reason.code, 'escalated')
  await carom.api('PUT', `/conversations/${thread.id}/status`, { status: 'active' })
  assert.equal((await writeAndEnd('Thank you, solved', 3)).state, 'answered')
  assert.equal(tenant.calls.length, 1)
})

test('silence is an answer too', async () => {
  tenant.answer(() => undefined)
  assert.equal((await writeAndEnd('…')).reason.code, 'engine_silent')
  tenant.answer(() => ({}))
  assert.equal((await writeAndEnd('…', 2)).reason.code, 'engine_silent')
})

test('several messages of any kind arrive in their order', async () => {
  const location = { latitude: 52.5, longitude: 13.4, name: 'Shop' }
  tenant.answer(() => ({ messages: [{ text: 'Here we are:' }, { location }, { text: 'See you!' }] }))
  const turn = await writeAndEnd('Where are you?')
  const texts = await hears(carom, user, 3)
  assert.deepEqual([texts[0], texts[2]], ['Here we are:', 'See you!'])
  assert.deepEqual(JSON.parse(texts[1] ?? ''), location)
  assert.equal(turn.state, 'answered')
  await eventually(async () => assert.equal((await turnOf()).message_ids.length, 3))
})

test('a long text is parted at sentences', async () => {
  tenant.answer(() => ({ text: 'A sentence that is said again and again. '.repeat(250) }))
  await writeAndEnd('Tell me everything')
  const texts = await hears(carom, user, 3)
  assert.ok(texts.every(text => text.length <= 4096 && text.endsWith('.')))
  assert.equal(texts.join(' ').length, 'A sentence that is said again and again. '.repeat(250).length - 1)
})

test('what wants no answer opens no turn; what is not understood gets the fallback text', async () => {
  await writeAndEnd('Hi')
  await hears(carom, user, 1)
  const ours = (await carom.sim('GET', `/_sim/messages?user=${user}&direction=to_user`)).body.data[0].id
  await write(carom, user, { type: 'reaction', reaction: { message_id: ours, emoji: '👍' } })
  await carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user, text: 'x', echo: true })
  assert.equal((await writeAndEnd('Bye', 2)).state, 'answered')
  assert.equal((await hears(carom, user, 2)).length, 2)
})

test('switched off, unlinked or without auto-reply nobody is answered', async () => {
  await carom.api('POST', `/bots/${bot_id}/toggle`, { is_active: false })
  assert.equal((await writeAndEnd('Hello?')).reason.code, 'bot_inactive')
  await carom.api('POST', `/bots/${bot_id}/toggle`, { is_active: true })
  const { id } = await conversationOf(carom, `+${user}`)
  await carom.api('POST', `/conversations/${id}/autoreply`, { enabled: false })
  assert.equal((await writeAndEnd('Hello?', 2)).reason.code, 'thread_autoreply_off')
  await carom.api('POST', `/conversations/${id}/autoreply`, { enabled: true })
  tenant.answer(() => ({ wait_ms: 500, body: { text: 'Too late' } }))
  await write(carom, user, 'Now?')
  await eventually(() => assert.equal(tenant.calls.length, 1))
  await carom.api('POST', `/whatsapp/phone_numbers/${NUMBER}/autoreply`, { enabled: false })
  assert.equal((await turnOf(3)).reason.code, 'autoreply_off')
  await write(carom, user, 'Hello?')
  await switchOn(carom, bot_id)
  assert.equal((await heard(carom, user)).length, 0)
})
