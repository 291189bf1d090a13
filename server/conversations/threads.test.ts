// Threads under everything that Meta may do: repeats, storms, replays, people who turn out to be one, histories, echoes.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { eventually, FAST_NUMBER, type Journey, startJourney } from '../../test/carom.ts'
import { lastEvent, recorded } from '../events/recorded.fixture.ts'
import { markForReplay } from '../inbox/queries.ts'
import { SANDBOX_APP } from '../sandbox/app.ts'
import { botPausedUntil } from './pause.ts'

let carom: Journey
let before_test = 0
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())
beforeEach(async () => {
  before_test = await lastEvent(db())
})

const db = () => carom.carom.rooms.conversations.db
const events = () => recorded(db(), 'conversation.%', before_test)

type Person = { wa_id?: string; user_id?: string; name?: string }
type Message = Record<string, unknown> & { id: string }

let count = 0
const seconds = () => String(Math.floor(Date.now() / 1000))

/** A webhook as Meta sends it, with the messages of one person. */
function body(person: Person, messages: Message[], number = FAST_NUMBER): object {
  const contacts = [{ profile: { name: person.name ?? 'Somebody' }, ...person }]
  const from = {
    ...(person.wa_id && { from: person.wa_id }),
    ...(person.user_id && { from_user_id: person.user_id }),
  }
  const metadata = { display_phone_number: '15550100002', phone_number_id: number }
  const value = {
    messaging_product: 'whatsapp',
    metadata,
    contacts,
    messages: messages.map(one => ({ timestamp: seconds(), ...from, ...one })),
  }
  return envelope('messages', value)
}

function envelope(field: string, value: object): object {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: SANDBOX_APP.waba_id, changes: [{ field, value }] }],
  }
}

const text = (words = 'Hello'): Message => ({
  id: `wamid.THREADS${++count}`,
  type: 'text',
  text: { body: words },
})

async function deliver(webhook: object): Promise<void> {
  assert.equal((await carom.sim('POST', '/_sim/webhooks', { body: webhook })).status, 202)
}

const query = (words: string, values: unknown[] = []) =>
  carom.carom.rooms.conversations.db.pool.query(words, values).then(result => result.rows)

const threads = (contact: string) =>
  carom.api('GET', `/conversations?contact=${contact}`).then(answer => {
    assert.equal(answer.status, 200, answer.text)
    return answer.body.data
  })

/** The thread of somebody as it stands once so many of their messages are stored. */
const threadWith = (contact: string, messages: number) =>
  eventually(async () => {
    const [found] = await threads(contact)
    assert.ok(found)
    const stored = await carom.api('GET', `/conversations/${found.id}/messages?limit=100`)
    assert.equal(stored.body.data.length, messages)
    return (await threads(contact))[0] // `found` may be of before the last message
  })

const applied = () =>
  eventually(
    async () => {
      const [row] = await query('select count(*)::int as n from inbox where projected_at is null')
      assert.equal(row.n, 0)
    },
    { timeout_ms: 60_000 },
  )

test('a message counts once, however often it is told', async () => {
  const wa_id = '15550102001'
  const one = text()
  const webhook = body({ wa_id }, [one, text(), one])
  for (let times = 0; times < 3; times++) await deliver(webhook)
  await threadWith(wa_id, 2)
  await eventually(async () => {
    const [row] = await query('select count(*)::int as n from inbox')
    assert.ok(row.n >= 3)
  })
  await applied()
  assert.equal((await threads(wa_id))[0].unread_count, 2)
  assert.deepEqual(
    (await events()).map(event => event.type),
    ['conversation.started'],
  )
  const [event] = await events()
  const data = event?.data as { id: string; contact: { phone: string }; window: { open: boolean } }
  assert.equal(data.window.open, true)
  assert.deepEqual([data.contact.phone, event?.subject_id], [`+${wa_id}`, data.id])
})

test('a replay of everything changes no thread', async () => {
  await applied()
  const all = 'select * from conversations order by id'
  const before = await query(all)
  await markForReplay(carom.carom.rooms.inbox.db, new Date(0), new Date(Date.now() + 60_000))
  await applied()
  assert.deepEqual(await query(all), before)
  assert.equal((await events()).length, 0)
})

test('200 people at once have 200 threads with three unread each', async () => {
  const people = Array.from({ length: 200 }, (_, at) => ({ wa_id: `1555011${String(at).padStart(4, '0')}` }))
  const webhooks = people.flatMap(person => [body(person, [text(), text()]), body(person, [text('Hurry')])])
  await Promise.all([...webhooks, ...webhooks].map(deliver))
  await eventually(
    async () => {
      const [row] = await query(`
        select count(*)::int as threads, sum(unread_count)::int as unread, min(unread_count) as least
        from conversations v join contacts c on c.id = v.contact_id where c.phone like '1555011____'`)
      assert.deepEqual(row, { threads: 200, unread: 600, least: 3 })
    },
    { timeout_ms: 60_000 },
  )
  await applied()
  const [row] = await query('select max(unread_count) as most from conversations')
  assert.equal(row.most, 3)
  assert.equal((await events()).filter(event => event.type === 'conversation.started').length, 200)
})

test('reactions and what WhatsApp itself says are not unread; a call is, once', async () => {
  const wa_id = '15550102002'
  const hello = text()
  await deliver(body({ wa_id }, [hello]))
  await threadWith(wa_id, 1)
  const reaction = { message_id: hello.id, emoji: '👍' }
  await deliver(
    body({ wa_id }, [
      { id: 'wamid.THREADSreaction', type: 'reaction', reaction },
      { id: 'wamid.THREADSgroup', type: 'text', text: { body: 'To all' }, group_id: 'a-group' },
    ]),
  )
  await threadWith(wa_id, 3)
  assert.equal((await threads(wa_id))[0].unread_count, 1)
  for (const event of ['connect', 'terminate', 'terminate']) {
    const call = { id: 'wacid.THREADS', from: wa_id, to: '15550100002', event, direction: 'USER_INITIATED' }
    const calls = [{ ...call, timestamp: seconds(), start_time: seconds() }]
    const metadata = { display_phone_number: '15550100002', phone_number_id: FAST_NUMBER }
    await deliver(envelope('calls', { messaging_product: 'whatsapp', metadata, calls }))
  }
  await threadWith(wa_id, 4)
  await applied()
  assert.equal((await threads(wa_id))[0].unread_count, 2)
})

test('a message from the app begins a thread, and pauses the bot', async () => {
  const user = '15550102003'
  const metadata = { display_phone_number: '15550100002', phone_number_id: FAST_NUMBER }
  const echo = { ...text('Call me when you can'), from: '15550100002', to: user, timestamp: seconds() }
  await deliver(
    envelope('smb_message_echoes', { messaging_product: 'whatsapp', metadata, message_echoes: [echo] }),
  )
  const thread = await threadWith(user, 1)
  assert.deepEqual([thread.status, thread.unread_count, thread.last_inbound_at], ['active', 0, null])
  assert.ok(thread.bot_paused_until)
  const [{ tenant_id }] = await query('select tenant_id from conversations where id = $1', [thread.id])
  const { conversations } = carom.carom.rooms
  const pausedFor = (pause_minutes: number) =>
    botPausedUntil(conversations, conversations.db, tenant_id, [
      { conversation_id: thread.id, pause_minutes },
    ])
  assert.equal((await pausedFor(30)).get(thread.id)?.toISOString(), thread.bot_paused_until)
  assert.equal((await pausedFor(0)).size, 0)
  assert.deepEqual(
    (await events()).map(event => event.type),
    ['conversation.started'],
  )
})

test('a history makes quiet threads, which the first live message opens', async () => {
  const wa_id = '15550102004'
  const timestamp = String(Math.floor(Date.now() / 1000) - 30 * 86_400)
  const messages = [{ ...text('Old times'), from: wa_id, timestamp, history_context: { status: 'READ' } }]
  const history = [
    { metadata: { phase: 1, chunk_order: 1, progress: 100 }, threads: [{ id: wa_id, messages }] },
  ]
  const metadata = { display_phone_number: '15550100002', phone_number_id: FAST_NUMBER }
  await deliver(envelope('history', { messaging_product: 'whatsapp', metadata, history }))
  const old = await threadWith(wa_id, 1)
  assert.deepEqual([old.status, old.unread_count, old.bot_paused_until], ['completed', 0, null])
  assert.equal((await events()).length, 0)
  const [first] = (await carom.api('GET', '/conversations?limit=1')).body.data
  assert.notEqual(first.id, old.id, 'in its place by its own time')
  await deliver(body({ wa_id }, [text('New times')]))
  const now = await threadWith(wa_id, 2)
  assert.deepEqual([now.id, now.status, now.unread_count], [old.id, 'active', 1])
  assert.deepEqual(
    (await events()).map(event => event.type),
    ['conversation.updated'],
  )
})

test('two contacts that are one person have one thread, with everything of both', async () => {
  const [wa_id, user_id] = ['15550102005', 'US.1000200030005005']
  await deliver(body({ wa_id }, [text('From my phone')]))
  const known = await threadWith(wa_id, 1)
  await deliver(body({ user_id }, [text('From nowhere'), text('Really')]))
  const hidden = await threadWith(user_id, 2)
  assert.notEqual(known.id, hidden.id)
  for (const { id } of [known, hidden])
    await carom.api('POST', `/conversations/${id}/notes`, { text: 'A note' })
  await carom.api('PUT', `/conversations/${known.id}/status`, { status: 'completed' })
  await carom.api('PUT', `/conversations/${hidden.id}/status`, { status: 'escalated' })
  const moved: object[] = []
  carom.carom.rooms.conversations.hooks.moveConversations = async (_, pairs) => void moved.push(...pairs)
  await deliver(body({ wa_id, user_id }, [text('It is me')]))
  const one = await threadWith(wa_id, 4)
  assert.deepEqual([one.unread_count, one.status], [4, 'escalated'])
  assert.equal((await threads(user_id))[0].id, one.id)
  const gone = one.id === known.id ? hidden.id : known.id
  assert.deepEqual(moved, [{ from: gone, into: one.id }])
  assert.equal((await carom.api('GET', `/conversations/${gone}`)).status, 404)
  assert.equal((await carom.api('GET', `/conversations/${one.id}/notes`)).body.data.length, 2)
})

test('where only one of them had a thread, it goes along', async () => {
  const [wa_id, user_id] = ['15550102006', 'US.1000200030005006']
  const hello = { phone_number_id: FAST_NUMBER, template: 'hello_world', language: 'en_US' }
  await carom.api('POST', '/whatsapp/messages/template', { ...hello, to: wa_id })
  assert.deepEqual(await threads(wa_id), [], 'what is sent alone begins none')
  await deliver(body({ user_id }, [text()]))
  const { id } = await threadWith(user_id, 1)
  await deliver(body({ wa_id, user_id }, [text()]))
  const one = await threadWith(wa_id, 3)
  assert.deepEqual([one.id, one.unread_count], [id, 2])
})
