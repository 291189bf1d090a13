// What keeps an unattended bot from doing harm: providers that fail, limits, hours, consent, other machines.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from '../server/db/sql.ts'
import { conversationOf, createBot, heard, hears, switchOn, type Turn, turnsOf, write } from './bots.ts'
import { eventually, type Journey, NUMBER, startJourney } from './carom.ts'
import { type ModelServer, startModelServer } from './modelServer.ts'

let carom: Journey
let model: ModelServer
let bot_id: string
let last = 0
/** A person of their own for every test. */
let user: string
before(async () => {
  model = await startModelServer()
  carom = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
  const config = {
    ...{
      provider: 'openai-compatible',
      base_url: model.url,
      model: 'test-model',
      api_key: 'sk-secret-of-the-bot',
    },
    ...{ debounce_ms: 50, fallback_text: 'A colleague will answer.' },
    prices: { input_per_million: '0.15', output_per_million: '0.6', currency: 'EUR' },
  }
  bot_id = (await createBot(carom, config)).id
  await switchOn(carom, bot_id)
})
beforeEach(() => {
  user = `1555040${String(++last).padStart(4, '0')}`
  model.asked.length = 0
  model.answer(() => ({ text: 'Certainly.', usage: [1000, 100] }))
})
after(async () => {
  await carom.close()
  await model.close()
})

async function configure(config: object): Promise<void> {
  const changed = await carom.api('PUT', `/bots/${bot_id}`, { config })
  assert.equal(changed.status, 200, changed.text)
}

/** The person writes; answers the turn that comes of it, once it is over. */
async function ends(content: object | string): Promise<Turn> {
  const wamid = await write(carom, user, content)
  return eventually(
    async () => {
      const { id } = (await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(wamid)}`)).body
      const turns = await turnsOf(carom, bot_id)
      const turn = turns.find(one => one.asked.includes(id))
      assert.ok(turn && turn.state !== 'open', JSON.stringify(turn))
      return turn
    },
    { timeout_ms: 30_000 },
  )
}

/** What waits for its next attempt is tried at once: whoever tests would wait otherwise. Answers the waits that there were. */
async function hurried<T>(work: Promise<T>): Promise<{ done: T; waits_s: number[] }> {
  const { db } = carom.carom.rooms.bots
  const waits_s: number[] = []
  const timer = setInterval(async () => {
    const { rows } = await db.pool.query(`
      with late as (select id, extract(epoch from due_at - now())::float8 as wait_s from bot_turns
        where state = 'open' and attempts > 0 and lease_id is null and due_at > now() for update skip locked)
      update bot_turns t set due_at = now() from late where t.id = late.id returning late.wait_s`)
    for (const row of rows) waits_s.push(row.wait_s)
  }, 100)
  try {
    return { done: await work, waits_s }
  } finally {
    clearInterval(timer)
  }
}

test('a provider that fails for a while is asked again; what every try cost is told', async () => {
  model.answer((_, n) => (n < 2 ? { status: 503 } : { text: 'There you are.', usage: [1000, 100] }))
  const { done: turn, waits_s } = await hurried(ends('Are you there?'))
  assert.deepEqual(
    [turn.state, turn.reply, turn.attempts, turn.error.code],
    ['answered', 'answer', 3, 'http_503'],
  )
  const [first = 0, second = 0] = waits_s
  assert.ok(waits_s.length === 2 && first > 0 && first <= 2 && second <= 4, waits_s.join())
  assert.deepEqual([turn.model, turn.input_tokens, turn.output_tokens], ['test-model', 1000, 100])
  assert.deepEqual([turn.cost, turn.currency], ['0.00021', 'EUR'])
  assert.deepEqual(await hears(carom, user, 1), ['There you are.'])
})

test('one that fails for good: the fallback text goes out once, and a person is called; later it answers again', async () => {
  model.answer(() => ({ status: 401, body: { error: { message: 'Wrong key sk-secret-of-the-bot' } } }))
  const turn = await ends('Hello?')
  assert.deepEqual([turn.reply, turn.reason.code, turn.attempts], ['fallback', 'engine_failed', 1])
  assert.deepEqual(turn.error, { code: 'http_401', message: 'Wrong key ***' })
  const thread = await conversationOf(carom, `+${user}`)
  assert.deepEqual([thread.status, thread.status_reason], ['escalated', 'engine_failed'])
  const again = await ends('Hello??')
  assert.deepEqual([again.state, again.reason.code], ['dropped', 'engine_failed'])
  model.answer(() => 'Here I am.')
  assert.equal((await ends('Still nobody?')).reply, 'answer')
  assert.deepEqual(await hears(carom, user, 2), ['A colleague will answer.', 'Here I am.'])
})

test('replies to one contact in an hour are limited, and a person is called', async () => {
  await configure({ limits: { replies_per_hour_per_contact: 2 } })
  for (const text of ['One', 'Two']) assert.equal((await ends(text)).state, 'answered')
  assert.equal((await ends('Three')).reason.code, 'reply_limit')
  assert.equal((await conversationOf(carom, `+${user}`)).status, 'escalated')
  await configure({ limits: null })
})

test('tokens and money of a day are limited', async () => {
  const spent = (await turnsOf(carom, bot_id)).reduce(
    (sum, turn) => sum + turn.input_tokens + turn.output_tokens,
    0,
  )
  await configure({ limits: { tokens_per_day: spent + 1 } })
  assert.equal((await ends('One')).state, 'answered')
  assert.equal((await ends('Two')).reason.code, 'token_limit')
  await configure({ limits: { cost_per_day: '0.0001' } })
  assert.equal((await ends('Three')).reason.code, 'cost_limit')
  await configure({ limits: null })
  assert.equal((await ends('Four')).state, 'answered')
})

test('who has opted out is not answered', async () => {
  assert.equal((await ends('Hi')).state, 'answered')
  const event = { field: 'user_preferences', phone_number_id: NUMBER, user, value: 'stop' }
  assert.equal((await carom.sim('POST', '/_sim/events', event)).status, 202)
  const { contact } = await conversationOf(carom, `+${user}`)
  const { db } = carom.carom.rooms.bots
  await eventually(async () => {
    assert.equal((await db.query(sql`select from consents where contact_id = ${contact.id}::uuid`)).length, 1)
  })
  assert.equal((await ends('Hello?')).reason?.code, 'opted_out')
})

test('a message from the WhatsApp Business app pauses the bot like any person’s', async () => {
  assert.equal((await ends('Hi')).state, 'answered')
  const echo = { field: 'smb_message_echoes', phone_number_id: NUMBER, user, text: 'It is me, the owner.' }
  assert.equal((await carom.sim('POST', '/_sim/events', echo)).status, 202)
  await eventually(async () => assert.ok((await conversationOf(carom, `+${user}`)).bot_paused_until))
  assert.equal((await ends('Great!')).reason?.code, 'person_answered')
  await configure({ pause_minutes: 0 })
  assert.equal((await ends('And now?')).state, 'answered')
  await configure({ pause_minutes: null })
})

test('a machine on the other side is not answered for ever', async () => {
  model.answer((_, n) => `Answer ${n}`)
  let turn: Turn
  let count = 0
  do turn = await ends(`Thank you for message ${++count}.`)
  while (turn.state === 'answered' && count < 40)
  assert.equal(turn.reason.code, 'machine_suspected')
  assert.ok(count < 15, String(count))
  assert.equal((await conversationOf(carom, `+${user}`)).status_reason, 'machine_suspected')
  assert.equal((await ends('Thank you.')).reason.code, 'escalated')
})

test('the same question gets the same answer a few times, not for ever', async () => {
  const turns: Turn[] = []
  for (let n = 0; n < 5; n++) turns.push(await ends('We are closed today.'))
  assert.deepEqual(
    turns.map(turn => turn.reason?.code ?? turn.state),
    ['answered', 'answered', 'answered', 'answered', 'repeated_answer'],
  )
})

test('hours are those of the bot’s own time zone', async () => {
  const now = Date.parse((await carom.sim('GET', '/_sim/clock')).body.now)
  const clock = (hours: number) =>
    new Date(now + hours * 3_600_000).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tokyo' }).slice(0, 5)
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
  const hours = [{ days, start: clock(2), end: clock(5) }]
  await configure({ business_hours: { timezone: 'Asia/Tokyo', hours } })
  assert.equal((await ends('Open?')).reason.code, 'outside_hours')
  await configure({ business_hours: { timezone: 'Asia/Tokyo', hours, bot_answers: 'outside' } })
  assert.equal((await ends('Nobody there?')).state, 'answered')
  await configure({ business_hours: { timezone: 'Asia/Tokyo', hours } })
  await advance(3 * 3_600)
  assert.equal((await ends('And now?')).state, 'answered')
  await configure({ business_hours: null })
})

test('nothing is said once the window has closed', async () => {
  model.answer(() => ({ text: 'Late', wait_ms: 3_000 }))
  const ended = ends('Hello?')
  await eventually(() => assert.equal(model.asked.length, 1))
  await advance(25 * 3_600)
  assert.equal((await ended).reason.code, 'window_closed')
  assert.deepEqual(await heard(carom, user), [])
})

/** The gateway follows the simulator's clock, a moment later. */
async function advance(advance_seconds: number): Promise<void> {
  assert.equal((await carom.sim('POST', '/_sim/clock', { advance_seconds })).status, 200)
  const now = Date.parse((await carom.sim('GET', '/_sim/clock')).body.now)
  await eventually(() => assert.ok(Math.abs(carom.carom.rooms.bots.clock.nowMs() - now) < 60_000))
}
