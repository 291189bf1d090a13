// Money beside Meta's own account of it, rate cards of one's own, planned sends, and how long people wait.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ADA, apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney({
    settings: { sent_ms: 5, delivered_ms: 10, read_ms: 15, enforce_rates: false },
  })
})
after(() => carom.close())

const hello = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
const get = (path: string, headers = {}) =>
  carom.api('GET', `/whatsapp/analytics/${path}`, undefined, headers)

async function send(path: string, body: object): Promise<void> {
  const { status, text } = await carom.api('POST', path, body)
  assert.equal(status, 201, text)
}

async function adaWrites(more = {}): Promise<void> {
  const before = (await get('timeseries?days=1')).body.data[0].inbound
  await carom.sim('POST', '/_sim/messages', {
    phone_number_id: NUMBER,
    user: ADA.slice(1),
    text: 'Hello',
    ...more,
  })
  await eventually(async () =>
    assert.equal((await get('timeseries?days=1')).body.data[0].inbound, before + 1),
  )
}

test("Carom's costs and Meta's are the same", async () => {
  for (const to of [ADA, '+4915112345678', '+919812345678', '+4915112345679']) {
    await send('/whatsapp/messages/template', { ...hello, to })
  }
  await send('/whatsapp/messages/template', { ...hello, to: '+15550109026' })
  await adaWrites()
  await send('/whatsapp/messages', { phone_number_id: NUMBER, to: ADA, text: 'free' })
  const messages = () => get('costs?days=1').then(({ body }) => body.messages)
  await eventually(async () => assert.equal(await messages(), 5))
  for (const query of ['days=2', `days=2&phone_number_id=${NUMBER}`, 'days=2&timezone=Asia/Kolkata']) {
    const { status, body, text } = await get(`costs?source=meta&${query}`)
    assert.equal(status, 200, text)
    assert.deepEqual(body.difference, { total: '0.0000', messages: 0, billable: 0, free: 0 }, text)
    // 0.0034 to the United States, twice 0.0550 to Germany, 0.0014 to India; the answer within the window is free.
    assert.deepEqual([body.source, body.total, body.computed.total], ['meta', '0.1148', '0.1148'])
    assert.deepEqual([body.messages, body.billable, body.free], [5, 4, 1])
    assert.equal(body.by_day.at(-1).cost, '0.1148')
  }
})

test('what Meta bills and Carom did not send shows as a difference', async () => {
  const graph = `${carom.simulator.url}/v26.0/${NUMBER}/messages`
  const headers = {
    authorization: 'Bearer EAAsandbox0000000000000000000001',
    'content-type': 'application/json',
  }
  const template = { name: 'hello_world', language: { code: 'en_US' } }
  const body = { messaging_product: 'whatsapp', to: '+4915112345600', type: 'template', template }
  assert.equal((await fetch(graph, { method: 'POST', headers, body: JSON.stringify(body) })).status, 200)
  await eventually(async () => {
    const { difference } = (await get('costs?source=meta&days=1')).body
    assert.deepEqual(difference, { total: '0.0550', messages: 1, billable: 1, free: 0 })
  })
})

test('Meta is not asked what it cannot answer', async () => {
  const { status, body } = await get('costs?source=meta&template=hello_world')
  assert.deepEqual([status, body.error.param], [422, 'template'])
})

test('a rate card of your own counts at once, and until it is deleted', async () => {
  const csv = { 'content-type': 'text/csv' }
  const card =
    'market,category,price,currency,effective_from,from_message\nGermany,utility,0.01,USD,2026-01-01,1\nGermany,utility,0.005,USD,2026-01-01,2\n'
  const put = (body: string, headers = csv) =>
    carom.api('PUT', '/whatsapp/rate-cards/agreed?name=Agreed', body, headers)
  const keyed = { ...csv, 'idempotency-key': 'card' }
  assert.deepEqual(
    [(await put(card, keyed)).status, (await put(card, keyed)).headers.get('idempotent-replayed')],
    [201, 'true'],
  )
  assert.equal((await put(card)).status, 200)
  const { body } = await get('costs?days=1')
  assert.deepEqual(
    [body.total, body.rate_card],
    ['0.0150', { id: 'agreed', name: 'Agreed', effective_from: '2026-01-01' }],
  )
  assert.deepEqual(body.unpriced.by_market.map((one: { market: string }) => one.market).sort(), [
    'India',
    'North America',
  ])
  const shown = await carom.api('GET', '/whatsapp/rate-cards/agreed', undefined, { accept: 'text/csv' })
  assert.match(
    shown.text,
    /^market,category,price,currency,effective_from,from_message\r\nGermany,utility,0\.0100,USD,2026-01-01,1\r\n/,
  )
  assert.equal((await put('market', csv)).status, 422)
  assert.equal((await put(card, { 'content-type': 'application/json' })).status, 415)
  assert.equal((await carom.api('DELETE', '/whatsapp/rate-cards/agreed')).status, 204)
  assert.equal((await get('costs?days=1')).body.total, '0.1148')
  assert.equal((await carom.api('DELETE', '/whatsapp/rate-cards/meta-usd-2026-10-01')).status, 404)
})

test('an estimate, and what is wrong with one', async () => {
  const ask = (body: object) =>
    carom.api('POST', '/whatsapp/analytics/costs/estimate', { phone_number_id: NUMBER, ...body })
  const { status, body } = await ask({
    category: 'marketing',
    to: [ADA, '+49 151 12345678'],
    counts_by_country: { DE: 9 },
  })
  assert.deepEqual([status, body.total, body.messages], [200, '1.3900', 11])
  const wrong = await ask({ category: 'marketing', to: ['Ada', '+49'] })
  assert.deepEqual([wrong.status, wrong.body.error.details.issues.length], [422, 2])
  assert.equal((await ask({ category: 'marketing' })).status, 422)
  assert.equal((await ask({ category: 'fun', counts_by_country: { DE: 1 } })).status, 422)
  const nobody = { category: 'marketing', counts_by_country: { DE: 1 }, phone_number_id: '1' }
  assert.equal((await ask(nobody)).status, 404)
})

test('how long people wait: from their first unanswered message to what answers it', async () => {
  const advance = (seconds: number) => carom.sim('POST', '/_sim/clock', { advance_seconds: seconds })
  const answers = async () => (await get('responses?days=1')).body.hand
  const before = (await answers()).answers
  await adaWrites()
  await advance(600)
  await adaWrites()
  await advance(60)
  await eventually(() =>
    send('/whatsapp/messages', { phone_number_id: NUMBER, to: ADA, text: 'Sorry for the wait' }),
  )
  await eventually(async () => assert.equal((await answers()).answers, before + 1))
  await send('/whatsapp/messages', { phone_number_id: NUMBER, to: ADA, text: 'Anything else?' })
  const { p95_seconds, answers: count } = await answers()
  assert.equal(count, before + 1)
  assert.ok(p95_seconds >= 658 && p95_seconds <= 690, `${p95_seconds} seconds`)
})

test('a cm_test_ key sees the sandbox, a key without the scope nothing', async () => {
  const make = (body: object) =>
    carom.api('POST', '/keys', { name: 'x', ...body }).then(made => apiOf(carom.url, made.body.key))
  const sandbox = await make({ scopes: ['whatsapp:read'], sandbox: true })
  assert.ok((await sandbox('GET', '/whatsapp/analytics/funnel?days=2')).body.sent > 0)
  const sender = await make({ scopes: ['whatsapp:send'] })
  assert.equal((await sender('GET', '/whatsapp/analytics/funnel')).status, 403)
})
