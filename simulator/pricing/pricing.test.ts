// What the simulator bills: by market, date, window and volume, and what its pricing analytics say about it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seedIds } from '../seed.ts'
import { first, startTestWorld, template, until } from '../testWorld.ts'
import { placeOf } from './markets.ts'
import { stepOf } from './steps.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false })
  await world.subscribe()
})
after(() => world.close())

const goTo = (date: string) => world.control('POST', 'clock', { offset_ms: Date.parse(date) - Date.now() })
const seconds = (date: string) => Date.parse(date) / 1000

async function deliver(to: string, message: Record<string, unknown> = template('hello_world')) {
  const { id } = (await world.send(to, message)).body.messages[0]
  await until(() => world.receiver.statuses(id).length >= 2)
}

async function ask(
  from: string,
  to: string,
  more = '.dimensions(["COUNTRY","PRICING_CATEGORY","PRICING_TYPE","TIER"])',
) {
  const fields = `pricing_analytics.start(${seconds(from)}).end(${seconds(to)}).granularity(DAILY)${more}`
  return world.graph('GET', `${seedIds.waba}?fields=${encodeURIComponent(fields)}`)
}

test('a day without traffic has no such field', async () => {
  const { status, body } = await ask('2026-08-01T00:00:00Z', '2026-08-02T00:00:00Z')
  assert.deepEqual([status, body], [200, { id: seedIds.waba }])
})

test('what arrived is charged by category and market', async () => {
  await goTo('2026-11-10T12:00:00Z')
  await deliver('+4915112345678')
  await deliver('+4915112345679')
  await deliver('+15550101001')
  await world.write('15550101001')
  await deliver('+15550101001', { text: { body: 'x' } })
  const { body } = await ask('2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z')
  const day = { start: seconds('2026-11-10T00:00:00Z'), end: seconds('2026-11-11T00:00:00Z') }
  const regular = { pricing_category: 'UTILITY', pricing_type: 'REGULAR' }
  assert.deepEqual(body.pricing_analytics.data[0].data_points, [
    { ...day, country: 'DE', ...regular, tier: '0:100000', volume: 2, cost: 0.11 },
    { ...day, country: 'US', ...regular, tier: '0:80000', volume: 1, cost: 0.0034 },
    {
      ...day,
      country: 'US',
      pricing_category: 'SERVICE',
      pricing_type: 'FREE_CUSTOMER_SERVICE',
      volume: 1,
      cost: 0,
    },
  ])
})

test('volume steps are marginal, and begin anew each month', async () => {
  world.simulator.world.volumes.set(`${seedIds.business}/2026-11/Germany/utility`, 99_999)
  await goTo('2026-11-11T12:00:00Z')
  await deliver('+4915112345678')
  await deliver('+4915112345678')
  await goTo('2026-12-01T08:00:00Z')
  await deliver('+4915112345678')
  const { body } = await ask('2026-11-11T00:00:00Z', '2026-12-02T00:00:00Z', '')
  const points = body.pricing_analytics.data[0].data_points
  assert.deepEqual(
    points.map((point: { cost: number }) => point.cost),
    [0.1073, 0.055],
  )
})

test('filters, and questions that Meta refuses', async () => {
  const other = await ask('2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z', '.phone_numbers(["15550100002"])')
  assert.equal(other.body.pricing_analytics, undefined)
  const turned = await ask('2026-11-11T00:00:00Z', '2026-11-10T00:00:00Z')
  assert.deepEqual([turned.status, turned.body.error.code], [400, 100])
  assert.equal(first.length, 15)
})

test('markets by calling code and date, steps by market', () => {
  assert.deepEqual([placeOf('14165550100').country, placeOf('12125550100').country], ['CA', 'US'])
  assert.equal(placeOf('77012345678').market('2026-09-30'), 'Other')
  assert.equal(placeOf('77012345678').market('2026-10-01'), 'Kazakhstan')
  assert.equal(placeOf('79012345678').market('2026-10-01'), 'Russia')
  assert.deepEqual(stepOf('India', 'utility', 25_000_000), { tier: '25000000:50000000', percent: 6 })
  assert.deepEqual(stepOf('Brazil', 'authentication', 20_000_000), { tier: '20000000:MAX', percent: 25 })
})
