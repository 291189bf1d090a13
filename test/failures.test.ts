// What can go wrong with a send, one recipient or one trouble of Meta's after another: what the API answers, what
// becomes of the message, and that Meta never gets it twice.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, FAST_NUMBER, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney({
    env: { CAROM_SEND_TIMEOUT_MS: '2000', CAROM_RECONCILE_SECONDS: '2' },
    settings: { read_ms: 400, delivered_ms: 100, sent_ms: 20 },
  })
})
after(() => carom.close())
beforeEach(() => settings({ down: false, throttle: false, latency_ms: 0, webhooks: { paused: false } }))

async function settings(change: object): Promise<void> {
  const { status, text } = await carom.sim('PATCH', '/_sim/settings', change)
  assert.equal(status, 200, text)
}

let people = 0
/** Somebody new whose number ends so. */
const somebody = (ending: string) => `+4915${String(10_000 + people++)}${ending}`

const hello = (to: string) => ({
  // What Meta throttles slows the whole number down: such recipients are written to from the other one.
  phone_number_id: /9428|9429$/.test(to) ? NUMBER : FAST_NUMBER,
  to,
  template: 'hello_world',
  language: 'en_US',
})
const send = (to: string, headers = {}) =>
  carom.api('POST', '/whatsapp/messages/template', hello(to), headers)

async function message(id: string) {
  const { status, body } = await carom.api('GET', `/whatsapp/messages/${id}`)
  assert.equal(status, 200)
  return body
}

function becomes(id: string, status: string, timeout_ms = 8_000) {
  return eventually(
    async () => {
      const found = await message(id)
      assert.equal(found.status, status)
      return found
    },
    { timeout_ms },
  )
}

/** How often Meta took a message of that id. */
async function atMeta(id: string): Promise<number> {
  return (await carom.sim('GET', `/_sim/messages?callback_data=${id}`)).body.total
}

const explained = ['title', 'cause', 'fix_by', 'retry', 'next_step']

const settle: [ending: string, status: string, error?: number][] = [
  ['9003', 'delivered'],
  ['9004', 'read'],
  ['9005', 'read'],
  ['9006', 'read'],
  ['9026', 'failed', 131026],
  ['9048', 'failed', 131048],
  ['9049', 'failed', 131049],
  ['9050', 'failed', 131050],
  ['9428', 'read'],
  ['9501', 'read'],
]

test('recipients that are accepted come to what they must', async () => {
  const began = settle.map(async ([ending, status, code]) => {
    const sent = await send(somebody(ending))
    assert.equal(sent.status, 201, `${ending}: ${sent.text}`)
    const settled = await becomes(sent.body.id, status)
    assert.equal(await atMeta(settled.id), 1, `${ending} is at Meta once`)
    if (status === 'read') assert.ok(settled.sent_at && settled.delivered_at && settled.read_at, ending)
    if (code === undefined) return assert.equal(settled.error, null)
    assert.equal(settled.error.code, code)
    for (const name of explained) assert.ok(settled.error[name], `${ending}: ${name}`)
    assert.ok(settled.failed_at)
  })
  await Promise.all(began)
})

test('recipients that stay where they are', async () => {
  const expected: [string, string][] = [
    ['9001', 'sent'],
    ['9002', 'sent'],
    ['9007', 'accepted'],
  ]
  const phones = expected.map(([ending]) => somebody(ending))
  const sent = await Promise.all(phones.map(phone => send(phone)))
  await Promise.all(expected.map(([, status], at) => becomes(sent[at]?.body.id, status)))
  await sleep(700)
  for (const [at, [, status]] of expected.entries())
    assert.equal((await message(sent[at]?.body.id)).status, status)
  await carom.sim('PUT', `/_sim/users/${phones[1]?.slice(1)}`, { online: true })
  await becomes(sent[1]?.body.id, 'read')
})

const refused: [ending: string, http: number, code: string, meta: number][] = [
  ['9042', 422, 'meta_rejected', 131042],
  ['9403', 422, 'meta_rejected', 130403],
  ['9056', 429, 'meta_rate_limited', 131056],
  ['9429', 429, 'meta_rate_limited', 130429],
  ['9500', 503, 'meta_unavailable', 131000],
  ['9503', 503, 'meta_unavailable', 2],
]

test('recipients that are refused get the exact answer, and Meta has nothing of them', async () => {
  await Promise.all(
    refused.map(async ([ending, http, code, meta]) => {
      const answer = await send(somebody(ending))
      const { error } = answer.body
      assert.deepEqual([answer.status, error.code, error.meta.code], [http, code, meta], answer.text)
      for (const name of explained) assert.ok(error.meta[name], `${ending}: ${name}`)
      if (http === 429) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
      const stored = await message(error.details.message_id)
      assert.deepEqual([stored.status, stored.error.code, stored.wamid], ['failed', meta, null])
      assert.equal(await atMeta(stored.id), 0)
    }),
  )
})

test('an answer that was lost is settled by the webhook: never twice', async () => {
  await Promise.all(['9910', '9911'].map(lostAndFound))
})

async function lostAndFound(ending: string): Promise<void> {
  const key = { 'idempotency-key': `lost-${ending}` }
  const to = somebody(ending)
  const answer = await send(to, key)
  assert.equal(answer.status, 503, answer.text)
  const { error } = answer.body
  assert.deepEqual([error.code, error.details.status], ['meta_unavailable', 'unknown'])
  await becomes(error.details.message_id, 'read')
  const replay = await eventually(async () => {
    const again = await send(to, key)
    assert.equal(again.status, 201, again.text)
    return again
  })
  assert.equal(replay.body.id, error.details.message_id)
  assert.equal(replay.headers.get('idempotent-replayed'), 'true')
  assert.equal(await atMeta(replay.body.id), 1)
}

test('a reset before anything was taken is not confirmed, once other webhooks have come', async () => {
  const key = { 'idempotency-key': 'reset-before' }
  const to = somebody('9912')
  const answer = await send(to, key)
  assert.equal(answer.status, 503, answer.text)
  const { message_id } = answer.body.error.details
  assert.equal((await message(message_id)).status, 'unknown')
  const early = await send(to, key)
  assert.deepEqual([early.status, early.body.error.code], [409, 'idempotency_key_in_use'])
  assert.match(early.headers.get('retry-after') ?? '', /^[1-9]\d*$/)

  await settings({ webhooks: { paused: true } })
  await sleep(3_000)
  assert.equal((await message(message_id)).status, 'unknown', 'silence proves nothing')
  await settings({ webhooks: { paused: false } })
  await send(somebody('1234'))
  const failed = await becomes(message_id, 'failed')
  assert.equal(failed.error.code, 'not_confirmed')
  const told = await send(to, key)
  assert.deepEqual([told.status, told.body.error.code], [409, 'not_confirmed'])
  assert.deepEqual((await send(to, key)).body, told.body)
  assert.equal(await atMeta(message_id), 0)
})

test('a word from Meta outranks not_confirmed', async () => {
  await settings({ webhooks: { paused: true } })
  const answer = await send(somebody('9911'))
  const { message_id } = answer.body.error.details
  // Webhooks of somebody else do arrive, while those of this message are held back.
  await eventually(
    async () => {
      await foreignWebhook()
      assert.equal((await message(message_id)).status, 'failed')
    },
    { every_ms: 200 },
  )
  assert.equal((await message(message_id)).error.code, 'not_confirmed')
  await settings({ webhooks: { paused: false } })
  const read = await becomes(message_id, 'read')
  assert.deepEqual([read.error, read.failed_at], [null, null])
})

/** Signed like Meta's, about nothing that we know. */
async function foreignWebhook(): Promise<void> {
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [] })
  const signature = createHmac('sha256', carom.simulator.world.app.secret).update(body).digest('hex')
  const { status } = await carom.api('POST', '/webhooks/whatsapp', body, {
    'x-hub-signature-256': `sha256=${signature}`,
  })
  assert.equal(status, 200)
}

test('while Meta is down sends answer 503, and go through with the same key once it is back', async () => {
  await settings({ down: true })
  const key = { 'idempotency-key': 'while-down' }
  const to = somebody('1234')
  const answer = await send(to, key)
  assert.equal(answer.status, 503, answer.text)
  assert.equal(answer.body.error.code, 'meta_unavailable')
  const first = answer.body.error.details.message_id
  await settings({ down: false })
  await send(somebody('1234'))
  const end = await eventually(async () => {
    const again = await send(to, key)
    if (again.status !== 201) assert.equal(again.body.error.code, 'not_confirmed', again.text)
    return again
  })
  // A connection that is closed under the request may have carried it: then Carom finds out first.
  if (end.status === 201) assert.equal(await atMeta(end.body.id), 1)
  assert.equal(await atMeta(first), 0)
})

test('a queued message waits until Meta is back', async () => {
  await settings({ throttle: true })
  const queued = await send(somebody('1234'), { prefer: 'respond-async' })
  assert.equal(queued.status, 202)
  await sleep(1_800)
  assert.ok(['queued', 'sending'].includes((await message(queued.body.id)).status))
  await settings({ throttle: false })
  await becomes(queued.body.id, 'read', 15_000)
  assert.equal(await atMeta(queued.body.id), 1)
})

test('a throttled send answers 429 with Retry-After', async () => {
  await settings({ throttle: true })
  const answer = await send(somebody('1234'))
  assert.equal(answer.status, 429, answer.text)
  assert.deepEqual(
    [answer.body.error.code, answer.body.error.type],
    ['meta_rate_limited', 'rate_limit_error'],
  )
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
})

test('Meta is slow, but not too slow', async () => {
  await eventually(async () => {
    await settings({ latency_ms: 600 })
    const answer = await send(somebody('1234'))
    assert.equal(answer.status, 201, answer.text)
  })
})

test('a revoked token answers 409 and is seen on the account', async () => {
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  assert.equal(account.status, 'connected')
  await carom.sim('DELETE', '/_sim/tokens/EAAsandbox0000000000000000000001')
  const answer = await send(somebody('1234'))
  assert.deepEqual([answer.status, answer.body.error?.code], [409, 'meta_token_invalid'], answer.text)
  const after = await carom.api('GET', `/whatsapp/accounts/${account.id}`)
  assert.equal(after.body.status, 'token_invalid')
  const next = await send(somebody('1234'))
  assert.deepEqual([next.status, next.body.error.code], [409, 'meta_token_invalid'])
  assert.ok(!next.text.includes('EAAsandbox'))
})
