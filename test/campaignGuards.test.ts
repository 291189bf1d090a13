// What keeps a campaign from harm: it begins at its minute, sleeps when its recipients do, stays within Meta's limit, and
// pauses by itself with a reason; and what is seen of it meanwhile.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import {
  crowd,
  exactCounts,
  expectStatus,
  listeningLog,
  lookInto,
  newCampaign,
  newHello,
  toldCounts,
} from './campaigns.ts'
import { eventually, FAST_NUMBER, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
let db: pg.Pool
const { log, errors } = listeningLog()
before(async () => {
  carom = await startJourney({ log, settings: { sent_ms: 20, delivered_ms: 50, read_ms: 100 } })
  db = lookInto(carom.database_url)
})
afterEach(() => assert.deepEqual(errors.splice(0), []))
after(async () => {
  await db.end()
  await carom.close()
})

const slow = { timeout_ms: 60_000, every_ms: 100 }

async function rowOf(id: string) {
  return (await db.query('select * from campaigns where id = $1', [id])).rows[0]
}

const act = (id: string, verb: string, body?: object) =>
  carom.api('POST', `/whatsapp/campaigns/${id}/${verb}`, body)

async function launched(people: number | string[], more: object = {}): Promise<string> {
  const id = await newHello(carom.api, people, more)
  expectStatus(await act(id, 'launch'), 202)
  return id
}

function becomes(id: string, status: string, code?: string) {
  return eventually(async () => {
    const row = await rowOf(id)
    assert.deepEqual([row.status, row.pause_reason?.code], [status, code])
    return row
  }, slow)
}

async function forward(seconds: number): Promise<void> {
  await carom.sim('POST', '/_sim/clock', { advance_seconds: seconds })
}

test('scheduled, it begins when its minute has come', async () => {
  const id = await newHello(carom.api, 20)
  const now = Date.parse((await carom.sim('GET', '/_sim/clock')).body.now ?? new Date().toISOString())
  const at = new Date(now + 3_600_000).toISOString()
  const { body } = expectStatus(await act(id, 'launch', { scheduled_at: at }), 202)
  assert.deepEqual([body.status, body.scheduled_at], ['scheduled', at])
  const again = await act(id, 'launch')
  assert.deepEqual([again.status, again.body.error.code], [409, 'invalid_state'])
  await sleep(1_200)
  assert.equal((await toldCounts(db, id)).pending, 20)
  await forward(3_601)
  await becomes(id, 'completed')
})

test('what can reach nobody is not launched', async () => {
  const empty = await newCampaign(carom.api)
  assert.equal((await act(empty, 'launch')).body.error.code, 'invalid_state')
  const nobody = await newCampaign(carom.api, { recipients: [{ to: '+15550101001' }] })
  const refused = (await act(nobody, 'launch')).body.error
  assert.deepEqual([refused.code, /first_name/.test(refused.message)], ['invalid_state', true])
  const missing = await act('01a207ce-596c-704e-b3ea-a32663bf14b1', 'launch')
  assert.deepEqual([missing.status, missing.body.error.code], [404, 'not_found'])
  const wrong = await act(empty, 'retry-failed', { causes: 'all' })
  assert.deepEqual([wrong.status, wrong.body.error.param], [422, 'causes'])
})

test('in the night of its recipients it waits, and goes on in their morning', async () => {
  const now = new Date(
    Date.parse((await carom.sim('GET', '/_sim/clock')).body.now ?? new Date().toISOString()),
  )
  const hour = (by: number) => `${String((now.getUTCHours() + by + 24) % 24).padStart(2, '0')}:00`
  const quiet_hours = { start: hour(-1), end: hour(3), timezone: 'UTC' }
  const id = await launched(30, { quiet_hours })
  const held = await eventually(async () => {
    const row = await rowOf(id)
    assert.equal(row.hold?.code, 'waiting')
    return row
  }, slow)
  assert.equal(new Date(held.hold.until).getUTCMinutes(), 0)
  assert.deepEqual([(await exactCounts(db, id)).pending, (await rowOf(id)).status], [30, 'running'])
  await forward(4 * 3_600)
  await becomes(id, 'completed')
})

test('what does not fit into the messaging limit waits until there is room', async () => {
  await limitTo('TIER_250')
  const single = { phone_number_id: NUMBER, to: '+4915199900001', template: 'hello_world', language: 'en_US' }
  expectStatus(await carom.api('POST', '/whatsapp/messages/template', single), 201)
  const id = await launched(300, { phone_number_id: NUMBER })
  await eventually(async () => assert.equal((await rowOf(id)).hold?.code, 'messaging_limit'), slow)
  await eventually(async () => assert.ok((await toldCounts(db, id)).sent >= 150), slow)
  await sleep(1_500)
  const { sent, pending } = await exactCounts(db, id)
  const { rows } = await db.query(
    'select count(distinct recipient)::int as n from messages where created_at > now() - interval $$1 hour$$ and phone_number_id = (select id from phone_numbers where phone_number_id = $1)',
    [NUMBER],
  )
  assert.ok(rows[0].n <= 250 && sent + pending === 300 && pending > 0, `${rows[0].n} people, ${sent} sent`)
  await forward(25 * 3_600)
  await becomes(id, 'completed')
  await limitTo('TIER_UNLIMITED')
})

/** The limit is the portfolio's: of all its numbers. */
async function limitTo(tier: string): Promise<void> {
  await carom.sim('PATCH', `/_sim/phone_numbers/${NUMBER}`, { messaging_limit: tier })
  await eventually(async () => {
    const { rows } = await db.query('select distinct messaging_limit from phone_numbers')
    assert.deepEqual(rows, [{ messaging_limit: tier }])
  }, slow)
}

test('it pauses by itself: failures, the template, the quality, the payment', async () => {
  const bad = Array.from({ length: 400 }, (_, n) => `+491577${String(n).padStart(5, '0')}9403`)
  const failing = await launched(bad)
  const reason = (await becomes(failing, 'paused', 'failures')).pause_reason
  assert.match(reason.message, /30 messages in a row|of the last/)
  assert.ok((await exactCounts(db, failing)).failed < 200, 'it stopped long before all had failed')

  const world = (await carom.sim('GET', '/_sim/world')).body
  const template = world.wabas[0].templates.find((one: { name: string }) => one.name === 'hello_world')
  const first = await launched(500, { rate_per_second: 20 })
  await carom.sim('PATCH', `/_sim/templates/${template.id}`, { status: 'PAUSED' })
  await becomes(first, 'paused', 'template_paused')
  assert.equal((await act(first, 'resume')).body.error.code, 'template_not_approved')
  await carom.sim('PATCH', `/_sim/templates/${template.id}`, { status: 'APPROVED' })
  await eventually(async () => expectStatus(await act(first, 'resume'), 200), slow)
  await carom.sim('PATCH', `/_sim/templates/${template.id}`, { category: 'MARKETING' })
  await becomes(first, 'paused', 'template_recategorised')
  expectStatus(await act(first, 'resume'), 200)
  await carom.sim('PATCH', `/_sim/phone_numbers/${FAST_NUMBER}`, { quality_rating: 'RED' })
  await becomes(first, 'paused', 'quality_low')
  expectStatus(await act(first, 'resume'), 200)
  await sleep(1_500)
  assert.equal((await rowOf(first)).status, 'running', 'what was accepted is no reason any more')
  expectStatus(await act(first, 'cancel'), 200)

  const unpaid = await launched(
    ['+49157800019042', ...Array.from({ length: 60 }, (_, n) => `+491578${1000 + n}0077`)],
    { rate_per_second: 10 },
  )
  assert.match((await becomes(unpaid, 'paused', 'payment_problem')).pause_reason.message, /131042.*payment/s)
  expectStatus(await act(unpaid, 'cancel'), 200)
})

test('its progress is a stream of events', async () => {
  const id = await newHello(carom.api, 200, { rate_per_second: 100 })
  const stop = new AbortController()
  const response = await fetch(`${carom.url}/api/v1/whatsapp/campaigns/${id}/events`, {
    headers: { authorization: `Bearer ${carom.owner_key}` },
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(slow.timeout_ms)]),
  })
  assert.deepEqual(
    [response.status, response.headers.get('content-type')],
    [200, 'text/event-stream; charset=utf-8'],
  )
  expectStatus(await act(id, 'launch'), 202)
  const seen: { status: string; counts: { sent: number } }[] = []
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString()
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^event: campaign\.updated\ndata: (.*)$/m.exec(block)?.[1]
      if (data) seen.push(JSON.parse(data))
    }
    if (seen.at(-1)?.status === 'completed') break
  }
  stop.abort()
  assert.equal(seen[0]?.status, 'draft')
  assert.ok(seen.length >= 4, `${seen.length} events`)
  assert.ok(seen.every((one, n) => n === 0 || one.counts.sent >= (seen[n - 1]?.counts.sent ?? 0)))
})

test('it pauses by itself: people who opt out after it has reached them, and a token that is void', async () => {
  const people = crowd(400)
  const id = await launched(people, { rate_per_second: 10 })
  const reached = people.slice(0, 14)
  await eventually(async () => assert.ok((await toldCounts(db, id)).delivered >= reached.length + 6), slow)
  for (const user of reached) {
    const said = { phone_number_id: FAST_NUMBER, user: user.slice(1), text: 'STOP' }
    expectStatus(await carom.sim('POST', '/_sim/messages', said), 201)
  }
  const { pause_reason } = await becomes(id, 'paused', 'opt_outs')
  assert.match(pause_reason.message, /^1[0-4] people \([\d.]+ %\) opted out/)
  expectStatus(await act(id, 'resume'), 200)
  assert.equal((await rowOf(id)).status, 'running')

  expectStatus(await carom.sim('DELETE', '/_sim/tokens/EAAsandbox0000000000000000000001'), 204)
  await becomes(id, 'paused', 'token_invalid')
  const { failed, pending } = await exactCounts(db, id)
  assert.ok(failed < 40 && pending > 100, `${failed} failed, ${pending} wait`)
  assert.equal((await act(id, 'resume')).body.error.code, 'meta_token_invalid')
})
