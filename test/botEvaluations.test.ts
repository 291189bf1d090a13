// A bot tried out before it is switched on: simulated, over past conversations, as a suggestion to a person. Nothing is sent.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { conversationOf, createBot, heard, write } from './bots.ts'
import { apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'
import { type ModelServer, startModelServer } from './modelServer.ts'

const USER = '15550501001'

let carom: Journey
let model: ModelServer
let bot_id: string
before(async () => {
  model = await startModelServer()
  carom = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
  const config = {
    ...{ provider: 'openai-compatible', base_url: model.url, model: 'test-model' },
    prices: { input_per_million: '1', output_per_million: '2', currency: 'USD' },
    handover: { words: ['human'], message: 'One moment.' },
    fallback_text: 'No idea.',
  }
  bot_id = (await createBot(carom, config)).id
})
beforeEach(() => {
  model.asked.length = 0
  model.answer(() => ({ text: 'At nine.', usage: [1000, 500] }))
})
after(async () => {
  await carom.close()
  await model.close()
})

const simulate = (messages: unknown) => carom.api('POST', `/bots/${bot_id}/simulate`, { messages })

test('a made-up thread is answered, in whichever way it is told', async () => {
  const threads = [
    ['Hi', { from: 'bot', text: 'Hello' }, { text: 'When do you open?' }],
    [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'When do you open?' },
    ],
  ]
  for (const messages of threads) {
    const { status, body, text } = await simulate(messages)
    assert.equal(status, 200, text)
    assert.deepEqual([body.reply, body.text, body.reason, body.error], ['answer', 'At nine.', null, null])
    assert.deepEqual(
      [body.input_tokens, body.output_tokens, body.cost, body.currency],
      [1000, 500, '0.002', 'USD'],
    )
    assert.deepEqual([body.engine, body.model], ['llm', 'test-model'])
    const roles = model.asked.at(-1)?.body.messages.map((message: { role: string }) => message.role)
    assert.deepEqual(roles, ['system', 'user', 'assistant', 'user'])
  }
})

test('what would be no answer is told as what it is', async () => {
  const handover = await simulate(['A human please'])
  assert.deepEqual(
    [handover.body.reply, handover.body.text, model.asked.length],
    ['handover', 'One moment.', 0],
  )
  model.answer(() => ({ status: 500 }))
  const { body } = await simulate(['Hi'])
  assert.deepEqual([body.reply, body.text, body.reason.code], ['fallback', 'No idea.', 'engine_failed'])
  assert.equal(body.error.code, 'http_500')
})

test('a thread with nothing to answer, or none, is refused', async () => {
  for (const messages of [[], ['Hi', { from: 'bot', text: 'Hello' }], [{ text: '' }], 'Hi']) {
    const { status, body } = await simulate(messages)
    assert.deepEqual([status, body.error.code], [422, 'invalid_parameter'], JSON.stringify(messages))
  }
})

test('past conversations are answered again, old and new side by side', async () => {
  await write(carom, USER, 'When do you open?')
  const { id } = await eventually(() => conversationOf(carom, `+${USER}`))
  const sent = await carom.api('POST', '/whatsapp/messages', {
    phone_number_id: NUMBER,
    to: `+${USER}`,
    text: 'At ten.',
  })
  assert.equal(sent.status, 201)
  await write(carom, USER, 'And')
  await write(carom, USER, 'on Sundays?')
  await eventually(async () => assert.equal((await conversationOf(carom, `+${USER}`)).unread_count, 3))
  const { status, body, text } = await carom.api('POST', `/bots/${bot_id}/replay`, { conversation_ids: [id] })
  assert.equal(status, 200, text)
  const [{ conversation_id, turns }] = body.data
  assert.equal(conversation_id, id)
  const words = (list: { from: string; text: string }[]) => list.map(one => `${one.from}: ${one.text}`)
  assert.deepEqual(
    turns.map((turn: { asked: []; old: []; new: { text: string } }) => [
      words(turn.asked),
      words(turn.old),
      turn.new.text,
    ]),
    [
      [['customer: When do you open?'], ['person: At ten.'], 'At nine.'],
      [['customer: And', 'customer: on Sundays?'], [], 'At nine.'],
    ],
  )
  assert.deepEqual(body.totals, {
    turns: 2,
    input_tokens: 2000,
    output_tokens: 1000,
    cost: '0.004',
    currency: 'USD',
  })
  // The second question is asked with the first one and its old answer before it.
  const longest = model.asked.map(one => one.body.messages).find(messages => messages.length === 4)
  assert.match(JSON.stringify(longest), /When do you open\?.*At ten\..*on Sundays\?/)
  const one = await carom.api('POST', `/bots/${bot_id}/replay`, { conversation_ids: [id], last: 1 })
  assert.equal(one.body.data[0].turns.length, 1)
  assert.deepEqual(await heard(carom, USER), ['At ten.'])
})

test('a replay shows conversations, so its key must be allowed to read them', async () => {
  const { id } = await conversationOf(carom, `+${USER}`)
  const key = await carom.api('POST', '/keys', { name: 'bots only', scopes: ['bots:read', 'bots:write'] })
  const api = apiOf(carom.url, key.body.key)
  const refused = await api('POST', `/bots/${bot_id}/replay`, { conversation_ids: [id] })
  assert.deepEqual([refused.status, refused.body.error.code], [403, 'missing_scope'])
  assert.equal(refused.body.error.details.required, 'conversations:read')
})

test('a draft is a suggestion: of the bot that is named, or the number’s own; nothing is sent', async () => {
  const { id } = await conversationOf(carom, `+${USER}`)
  const none = await carom.api('POST', `/conversations/${id}/ai-draft`)
  assert.deepEqual([none.status, none.body.error.code], [409, 'invalid_state'])
  const named = await carom.api('POST', `/conversations/${id}/ai-draft`, { bot_id })
  assert.deepEqual([named.status, named.body.text, named.body.bot_id], [200, 'At nine.', bot_id], named.text)
  assert.match(JSON.stringify(model.asked[0]?.body.messages.at(-1)), /And.*on Sundays\?/)
  await carom.api('POST', `/whatsapp/phone_numbers/${NUMBER}/link-bot`, { bot_id })
  assert.equal((await carom.api('POST', `/conversations/${id}/ai-draft`)).body.text, 'At nine.')
  assert.deepEqual(await heard(carom, USER), ['At ten.'])
  assert.deepEqual((await carom.api('GET', `/bots/${bot_id}/turns`)).body.data, [])
})

test('pictures are seen and voice messages heard, where the bot has models for it', async () => {
  const user = '15550501002'
  await write(carom, user, { type: 'image', image: { caption: 'What is this?' } })
  await write(carom, user, { type: 'audio', audio: { voice: true } })
  const { id } = await eventually(async () => {
    const thread = await conversationOf(carom, `+${user}`)
    assert.equal(thread.unread_count, 2)
    return thread
  })
  const ask = () => carom.api('POST', `/conversations/${id}/ai-draft`, { bot_id })
  assert.equal((await ask()).body.text, 'At nine.')
  assert.ok(!model.asked[0]?.raw.includes('image_url'))
  await carom.api('PUT', `/bots/${bot_id}`, { config: { images: true, transcription_model: 'whisper-1' } })
  model.asked.length = 0
  model.answer(({ path }) => (path.endsWith('/transcriptions') ? 'Is it a cat?' : 'A cat.'))
  assert.equal((await ask()).body.text, 'A cat.')
  const [transcription, chat] = model.asked
  assert.match(transcription?.raw ?? '', /whisper-1/)
  assert.match(chat?.raw ?? '', /"image_url".*data:image\/jpeg;base64/)
  assert.match(chat?.raw ?? '', /\[voice message\] Is it a cat\?/)
  model.answer(({ path }) => (path.endsWith('/transcriptions') ? { status: 500 } : 'A cat, I think.'))
  assert.equal((await ask()).body.text, 'A cat, I think.')
})

test('a voice message that nobody can hear gets the fallback text', async () => {
  await carom.api('PUT', `/bots/${bot_id}`, { config: { transcription_model: null } })
  const user = '15550501003'
  await write(carom, user, { type: 'audio', audio: { voice: true } })
  const { id } = await eventually(() => conversationOf(carom, `+${user}`))
  const { body } = await carom.api('POST', `/conversations/${id}/ai-draft`, { bot_id })
  assert.deepEqual([body.reply, body.text, body.reason.code], ['fallback', 'No idea.', 'not_understood'])
})
