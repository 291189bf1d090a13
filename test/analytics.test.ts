// A day of traffic in Berlin, on which the clocks went back, and the figures that were worked out for it by hand: every
// category, free and billable, failures, statuses late and in disorder, replies of each kind.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { foldAll } from '../server/analytics/fold.ts'
import { rebuildRollups, verifyRollups } from '../server/analytics/verify.ts'
import { sql } from '../server/db/sql.ts'
import { eventually, type Journey, NUMBER, startJourney } from './carom.ts'
import { addSent, inbound, post, pricing, status } from './traffic.ts'

const DAY = 'from=2026-10-25&to=2026-10-25&timezone=Europe/Berlin'
const DAYS = { from: '2026-10-20', until: '2026-10-31' }
const [XENIA, YVES, ZACK, VIJAY, WIM, UTE] = [
  ...[
    '+4915100000001',
    '+4915100000002',
    '+12125550104',
    '+919800000005',
    '+4915100000006',
    '+4915100000007',
  ],
] as [string, string, string, string, string, string]
const NOWHERE = '+883510000000'

let carom: Journey
before(async () => {
  carom = await startJourney()
  await sendAll()
})
after(() => carom.close())

const template = (category: string) => ({ template: { name: 'notice', language: 'de', category } })
const text = { type: 'text', template: null }
const regular = (category: string) => ({ pricing: pricing(category) })

async function sendAll(): Promise<void> {
  const send = (to: string, at: string, more = {}) => addSent(carom, to, at, more)
  const yesterday = await send(UTE, '2026-10-24T21:59:59Z')
  const offer = await send(XENIA, '2026-10-24T22:30:00Z', template('MARKETING'))
  const summer = await send(XENIA, '2026-10-25T00:30:00Z')
  const winter = await send(YVES, '2026-10-25T01:30:00Z')
  const free = await send(YVES, '2026-10-25T02:00:00Z', text)
  const code = await send(ZACK, '2026-10-25T12:00:00Z', template('AUTHENTICATION'))
  const abroad = await send(VIJAY, '2026-10-25T12:10:00Z', template('AUTHENTICATION'))
  const service = await send(WIM, '2026-10-25T13:00:00Z', text)
  const lost = await send(WIM, '2026-10-25T13:05:00Z', template('MARKETING'))
  const advert = await send(UTE, '2026-10-25T14:00:00Z', template('MARKETING'))
  const nowhere = await send(NOWHERE, '2026-10-25T15:00:00Z')
  const late = await send(UTE, '2026-10-25T22:59:00Z')
  const refused = {
    status: 'failed',
    failed_at: '2026-10-25T12:00:00Z',
    error: { code: 131042 },
    accepted_at: null,
  }
  await addSent(carom, UTE, '2026-10-25T12:00:00Z', refused)
  // Answers come before the statuses of what they answer, and in no order.
  await post(carom, {
    messages: [
      inbound(VIJAY, '2026-10-25T12:30:00Z', abroad.wamid),
      inbound(WIM, '2026-10-25T13:10:00Z'),
      inbound(ZACK, '2026-10-28T20:00:00Z', code.wamid),
      inbound(YVES, '2026-10-25T02:10:00Z'),
    ],
  })
  await post(carom, {
    messages: [
      inbound(VIJAY, '2026-10-25T12:20:00Z', 'wamid.ofsomethingelse'),
      inbound(XENIA, '2026-10-25T00:45:00Z', offer.wamid),
    ],
  })
  const seen = status(offer, 'read', '2026-10-24T22:31:00Z')
  await post(carom, {
    statuses: [seen, status(summer, 'delivered', '2026-10-25T00:30:05Z', regular('utility'))],
  })
  await post(carom, {
    statuses: [
      status(summer, 'sent', '2026-10-25T00:30:01Z', regular('utility')),
      status(offer, 'delivered', '2026-10-24T22:30:05Z', regular('marketing')),
      status(offer, 'sent', '2026-10-24T22:30:01Z', regular('marketing')),
      status(winter, 'read', '2026-10-25T01:40:00Z', regular('utility')),
      status(code, 'delivered', '2026-10-25T12:00:09Z', regular('authentication')),
      status(abroad, 'delivered', '2026-10-25T12:10:09Z', regular('authentication-international')),
      status(free, 'sent', '2026-10-25T02:00:01Z', regular('service')),
      status(free, 'delivered', '2026-10-25T02:00:02Z', {
        pricing: pricing('service', 'free_customer_service'),
      }),
      status(service, 'delivered', '2026-10-25T13:00:02Z', regular('service')),
      status(lost, 'failed', '2026-10-25T13:05:03Z', { errors: [{ code: 131049, title: 'x' }] }),
      status(advert, 'delivered', '2026-10-25T14:00:02Z', {
        pricing: pricing('referral_conversion', 'free_entry_point'),
      }),
      status(nowhere, 'delivered', '2026-10-25T15:00:02Z', regular('utility')),
      status(late, 'delivered', '2026-10-25T23:00:30Z', regular('utility')),
      status(yesterday, 'delivered', '2026-10-24T22:00:05Z', regular('utility')),
    ],
  })
  await post(carom, { statuses: [seen, seen] })
  await eventually(async () => assert.equal((await ask('funnel')).delivered, 10))
}

async function ask(path: string, query = DAY) {
  const { status, body, text } = await carom.api('GET', `/whatsapp/analytics/${path}?${query}`)
  assert.equal(status, 200, text)
  return body
}

test('the funnel', async () => {
  assert.deepEqual(await ask('funnel'), {
    ...{ from: '2026-10-25', to: '2026-10-25', timezone: 'Europe/Berlin' },
    ...{ sent: 11, delivered: 10, read: 2, replied: 3, failed: 1 },
    ...{ delivery_rate: 0.9091, read_rate: 0.2, reply_rate: 0.3 },
  })
})

test('who was answered: the quoted one, the latest one, never a failed one, and only by the first answer', async () => {
  const rows = await carom.carom.rooms.messages.db.query(
    sql`select recipient, type, replied_at from messages where replied_at is not null order by replied_at`,
  )
  assert.deepEqual(
    rows.map(row => [row.recipient, row.type, row.replied_at.toISOString()]),
    [
      [XENIA, 'template', '2026-10-25T00:45:00.000Z'],
      [YVES, 'text', '2026-10-25T02:10:00.000Z'],
      [WIM, 'text', '2026-10-25T13:10:00.000Z'],
    ],
  )
})

test('a day with 25 hours', async () => {
  const { data } = await ask('timeseries', `${DAY}&interval=hour`)
  assert.equal(data.length, 25)
  assert.deepEqual([data[0].at, data[24].at], ['2026-10-24T22:00:00.000Z', '2026-10-25T22:00:00.000Z'])
  const hours = data
    .filter((hour: { sent: number }) => hour.sent > 0)
    .map((hour: { at: string; sent: number }) => [hour.at.slice(11, 13), hour.sent])
  assert.deepEqual(hours, [
    ['22', 1],
    ['00', 1],
    ['01', 1],
    ['02', 1],
    ['12', 2],
    ['13', 2],
    ['14', 1],
    ['15', 1],
    ['22', 1],
  ])
  const [day] = (await ask('timeseries')).data
  assert.deepEqual(day, {
    ...{ at: '2026-10-24T22:00:00.000Z', outbound: 12, inbound: 5 },
    ...{ sent: 11, delivered: 10, read: 2, replied: 3, failed: 1 },
  })
})

test('the same day by a clock that is three quarters of an hour off', async () => {
  const query = 'from=2026-10-25&to=2026-10-25&timezone=Asia/Kathmandu'
  // 18:15 UTC to 18:15 UTC: what was sent at 21:59 the day before belongs to it, what was sent at 22:59 does not.
  assert.equal((await ask('funnel', query)).sent, 11)
  const { data } = await ask('timeseries', `${query}&interval=hour`)
  assert.deepEqual([data.length, data[0].at, data[3].sent], [24, '2026-10-24T18:15:00.000Z', 1])
})

test('the costs', async () => {
  const costs = await ask('costs')
  const line = (messages: number, billable: number, unpriced: number, cost: string) => {
    return { messages, billable, free: messages - billable, unpriced, cost }
  }
  assert.deepEqual(
    [costs.currency, costs.total, costs.messages, costs.billable, costs.free],
    ['USD', '0.3903', 10, 8, 2],
  )
  assert.deepEqual(costs.by_category, [
    { category: 'utility', ...line(4, 4, 1, '0.1650') },
    { category: 'marketing', ...line(1, 1, 0, '0.1365') },
    { category: 'service', ...line(2, 1, 0, '0.0550') },
    { category: 'authentication_international', ...line(1, 1, 0, '0.0304') },
    { category: 'authentication', ...line(1, 1, 0, '0.0034') },
    { category: 'referral_conversion', ...line(1, 0, 0, '0.0000') },
  ])
  const countries = costs.by_country.map((one: { country: string; cost: string }) => [one.country, one.cost])
  assert.deepEqual(countries, [
    ['DE', '0.3565'],
    ['IN', '0.0304'],
    ['US', '0.0034'],
    ['ZZ', '0.0000'],
  ])
  assert.deepEqual(costs.unpriced, {
    messages: 1,
    by_market: [{ market: null, category: 'utility', messages: 1 }],
  })
  assert.deepEqual(costs.by_day, [
    { date: '2026-10-25', at: '2026-10-24T22:00:00.000Z', ...line(10, 8, 1, '0.3903') },
  ])
  assert.equal(costs.rate_card.id, 'meta-usd-2026-10-01')
  // Charged when it arrived, half a minute after midnight.
  const next = await ask('costs', 'from=2026-10-26&to=2026-10-26&timezone=Europe/Berlin')
  assert.deepEqual([next.total, next.messages], ['0.0550', 1])
})

test('each message keeps what Meta told and what that is in money', async () => {
  const { data } = (await carom.api('GET', `/whatsapp/messages?contact=${encodeURIComponent(YVES)}`)).body
  const free = data.find(
    (one: { type: string; direction: string }) => one.type === 'text' && one.direction === 'outbound',
  )
  assert.deepEqual(free.cost, { amount: '0.0000', currency: 'USD', rate_card: 'meta-usd-2026-10-01' })
  assert.equal(free.pricing.type, 'free_customer_service', 'the price of the arrival, not that of `sent`')
})

test('failures by cause', async () => {
  const { data } = await ask('failures')
  const brief = data.map((one: Record<string, unknown>) => [
    one.code,
    one.messages,
    one.refused,
    one.failed,
    one.fix_by,
  ])
  assert.deepEqual(
    brief.sort(),
    [
      [131042, 1, 1, 0, 'operator'],
      [131049, 1, 0, 1, 'meta'],
    ].sort(),
  )
})

test('filters and parts', async () => {
  const notices = await ask('funnel', `${DAY}&template=notice`)
  assert.deepEqual([notices.sent, notices.failed], [5, 1])
  const number = await ask('costs', `${DAY}&phone_number_id=${NUMBER}`)
  assert.equal(number.total, '0.3903')
  assert.equal((await ask('costs', `${DAY}&template=notice&phone_number_id=${NUMBER}`)).total, '0.1703')
  const { data } = await ask('templates')
  assert.deepEqual(
    data.map((one: Record<string, unknown>) => [one.template, one.language, one.sent]),
    [
      ['notice', 'de', 5],
      ['hello_world', 'en_US', 4],
    ],
  )
})

test('as CSV', async () => {
  const { headers, text } = await carom.api('GET', `/whatsapp/analytics/timeseries?${DAY}`, undefined, {
    accept: 'text/csv',
  })
  assert.match(headers.get('content-type') ?? '', /^text\/csv/)
  assert.equal(
    text,
    'at,outbound,inbound,sent,delivered,read,replied,failed\r\n2026-10-24T22:00:00.000Z,12,5,11,10,2,3,1\r\n',
  )
})

test('folded in or not, and counted anew, the figures are the same', async () => {
  const { analytics } = carom.carom.rooms
  const before = await ask('funnel')
  const costs = await ask('costs')
  assert.deepEqual(await verifyRollups(analytics.db, DAYS), { differences: [], wrong_replies: 0 })
  await foldAll(analytics)
  assert.deepEqual([await ask('funnel'), await ask('costs')], [before, costs])
  assert.deepEqual(await verifyRollups(analytics.db, DAYS), { differences: [], wrong_replies: 0 })
})

test('what is wrong is found and mended', async () => {
  const { db } = carom.carom.rooms.analytics
  await db.query(sql`update rollup_days set counts = array_append(counts[1:cardinality(counts) - 1], 99)
    where label = 'read' and slice_id = (select id from rollup_slices where slice = 'account')`)
  await db.query(sql`alter table messages disable trigger user`)
  await db.query(sql`update messages set replied_at = null where type = 'text' and replied_at is not null`)
  await db.query(sql`alter table messages enable trigger user`)
  const found = await verifyRollups(db, DAYS)
  assert.equal(found.wrong_replies, 2)
  assert.ok(
    found.differences.some(
      one => one.slice === 'account' && one.label === 'read' && one.rolled_up !== one.counted,
    ),
  )
  assert.ok(found.differences.some(one => one.label === 'replied'))
  assert.deepEqual(await rebuildRollups(db, DAYS), { wrong_replies: 2 })
  assert.deepEqual(await verifyRollups(db, DAYS), { differences: [], wrong_replies: 0 })
  assert.equal((await ask('funnel')).replied, 3)
})

test('what is deleted stays counted, also when all is counted anew', async () => {
  const { db } = carom.carom.rooms.analytics
  const before = [await ask('funnel'), await ask('costs')]
  await db.query(sql`delete from messages where id in (select id from messages order by id limit 8)`)
  assert.deepEqual((await verifyRollups(db, DAYS)).differences, [])
  await db.query(sql`delete from messages`)
  await rebuildRollups(db, DAYS)
  assert.deepEqual(await verifyRollups(db, DAYS), { differences: [], wrong_replies: 0 })
  assert.deepEqual([await ask('funnel'), await ask('costs')], before)
})

for (const query of [
  'days=0',
  'days=91',
  'days=abc',
  'from=2026-01-01&to=2026-04-01',
  'from=2026-10-02&to=2026-10-01',
  'timezone=Mars',
  'days=3&from=2026-10-01',
  'from=2026-02-30',
  'to=2026-13-01',
]) {
  test(`${query}: 422`, async () => {
    const { status, body } = await carom.api('GET', `/whatsapp/analytics/funnel?${query}`)
    assert.deepEqual([status, body.error.code], [422, 'invalid_parameter'], JSON.stringify(body))
  })
}
