// What planned sends cost: list prices, volume steps after what the month has seen, allowances, markets without a price.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addMessages, NUMBER, startWorld, TENANT, type World } from '../world.fixture.ts'
import { forecastCost, type Plan } from './forecast.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world.close())

const NOVEMBER = new Date('2026-11-20T12:00:00Z')

function forecast(category: string, counts_by_country: Record<string, number>, more: Partial<Plan> = {}) {
  const plan = {
    tenant_id: TENANT,
    phone_number_id: NUMBER,
    at: NOVEMBER,
    category,
    counts_by_country,
    ...more,
  }
  return forecastCost(world.analytics, plan)
}

test('list prices of the market of each country', async () => {
  const found = await forecast('MARKETING', { DE: 1000, FR: 10, GG: 1, EE: 1 })
  // 1000 × 0.1365 + 10 × 0.0859 + the United Kingdom's price + that of Other
  const price = (country: string) => found.by_country.find(one => one.country === country)
  assert.equal(price('DE')?.cost, '136.5000')
  assert.equal(price('FR')?.cost, '0.8590')
  assert.deepEqual([price('GB')?.market, price('EE')?.market], ['United Kingdom', 'Other'])
  assert.deepEqual([found.currency, found.messages, found.billable, found.unpriced], ['USD', 1012, 1012, 0])
  assert.equal(found.rate_card?.id, 'meta-usd-2026-10-01')
})

test('the first million does not all cost the same: steps are marginal', async () => {
  // Argentina, utility: 100,000 at 0.0260, the next at 0.0247.
  assert.equal((await forecast('utility', { AR: 100_001 })).total, '2600.0247')
})

test('what the month has seen counts for the steps', async () => {
  const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' }
  const at = '2026-11-03T10:00:00Z'
  await addMessages(world.db, [
    { status: 'delivered', recipient: '+5491112345678', accepted_at: at, delivered_at: at, pricing },
  ])
  assert.equal((await forecast('utility', { AR: 100_000 })).total, '2599.9987')
  assert.equal(
    (await forecast('utility', { AR: 100_000 }, { at: new Date('2026-12-03T10:00:00Z') })).total,
    '2600.0000',
  )
})

test('service messages cost nothing until October 2026, and then after the first thousand', async () => {
  const summer = await forecast('service', { DE: 5 }, { at: new Date('2026-09-30T21:00:00Z') })
  assert.deepEqual([summer.total, summer.free], ['0.0000', 5])
  // 22:00 UTC is midnight in Berlin, where the account's calendar is.
  const autumn = await forecast('service', { DE: 1001 }, { at: new Date('2026-09-30T22:00:00Z') })
  assert.deepEqual([autumn.total, autumn.free, autumn.billable], ['0.0550', 1000, 1])
})

test('utility inside the window is free until then', async () => {
  const at = new Date('2026-08-01T10:00:00Z')
  assert.equal((await forecast('utility', { DE: 1 }, { at, in_window: true })).total, '0.0000')
  assert.equal((await forecast('utility', { DE: 1 }, { at })).total, '0.0550')
  assert.equal((await forecast('utility', { DE: 1 }, { in_window: true })).total, '0.0550')
})

test('without a known price a message is unpriced, not free', async () => {
  const spring = await forecast('marketing', { DE: 3 }, { at: new Date('2026-05-01T10:00:00Z') })
  assert.deepEqual([spring.total, spring.billable, spring.unpriced, spring.rate_card], ['0.0000', 3, 3, null])
  const nowhere = await forecast('marketing', { ZZ: 2, DE: 1 })
  assert.deepEqual([nowhere.total, nowhere.unpriced], ['0.1365', 2])
  assert.equal((await forecast('group_marketing', { DE: 1 })).unpriced, 1)
})
