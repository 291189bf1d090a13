// Money, countries, markets, and cards read from CSV.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../../db/sql.ts'
import { Failure } from '../../kit/errors.ts'
import { startWorld, TENANT, type World } from '../world.fixture.ts'
import { lessPercent, parseAmount, shareOf, showAmount } from './amounts.ts'
import { cardOf } from './book.ts'
import { countryByCode, marketOf, pricedCountry } from './countries.ts'
import { parseCard } from './parseCard.ts'
import { callingCodes } from './tables.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world.close())

test('amounts are exact and shown with four places or more', () => {
  const amount = (text: string) => parseAmount(text) ?? -1n
  assert.equal(showAmount(amount('0.1') + amount('0.2')), '0.3000')
  assert.equal(showAmount(amount('0.00012345') * 3n), '0.00037035')
  assert.equal(showAmount(-amount('1.5')), '-1.5000')
  assert.equal(showAmount(lessPercent(amount('0.0037'), 5)), '0.0035')
  assert.equal(showAmount(shareOf(amount('1'), 1, 3)), '0.33333333')
  assert.deepEqual(['', '-1', '1e3', '0.123456789', '.5', '1,5'].map(parseAmount), Array(6).fill(undefined))
})

test('countries by calling code, and the database tells the same', async () => {
  const samples = [
    '+4915112345678',
    '+14165550100',
    '+18095550100',
    '+15550101001',
    '+77012345678',
    '+79012345678',
  ]
  assert.deepEqual(samples.map(countryByCode), ['DE', 'CA', 'DO', 'US', 'KZ', 'RU'])
  assert.deepEqual(
    [countryByCode('GB.1000200'), countryByCode('+9990000'), countryByCode('')],
    ['GB', 'ZZ', 'ZZ'],
  )
  const all = [
    ...samples,
    'GB.1000200',
    '+9990000',
    '',
    ...[...callingCodes().keys()].map(code => `+${code}5550100`),
  ]
  const rows = await world.db.query<{ country: string }>(
    sql`select recipient_country(r) as country from unnest(${all}::text[]) with ordinality as t(r, n) order by n`,
  )
  assert.deepEqual(
    rows.map(row => row.country),
    all.map(countryByCode),
  )
})

test('markets change on their day', () => {
  assert.deepEqual(
    [marketOf('QA', '2026-06-30'), marketOf('QA', '2026-07-01')],
    ['Rest of Middle East', 'Qatar'],
  )
  assert.deepEqual([marketOf('KZ', '2026-09-30'), marketOf('KZ', '2026-10-01')], ['Other', 'Kazakhstan'])
  assert.deepEqual([marketOf('EE', '2026-11-01'), marketOf('ZZ', '2026-11-01')], ['Other', undefined])
  assert.deepEqual(['GG', 'SJ', 'PR', 'XX'].map(pricedCountry), ['GB', 'NO', 'PR', 'XX'])
})

test("the card of a day: none between the lists of January and July, and a tenant's own first", async () => {
  const card = async (day: string, currency = 'USD') =>
    cardOf(await world.analytics.book.cards(TENANT), currency, day)?.card_id
  assert.deepEqual(
    await Promise.all(['2026-03-31', '2026-04-01', '2026-07-01', '2026-10-01'].map(day => card(day))),
    [...['meta-usd-2026-01-01', undefined, 'meta-usd-2026-07-01', 'meta-usd-2026-10-01']],
  )
  assert.deepEqual(
    [await card('2026-08-01', 'EUR'), await card('2026-10-01', 'EUR')],
    ['meta-eur-2026-07-01', undefined],
  )
})

test('a card in either form', () => {
  const long = parseCard(
    'market,category,price,currency,effective_from\r\n"Germany",utility,0.05,EUR,2026-12-01\r\n',
  )
  assert.deepEqual(long, {
    ...{ currency: 'EUR', effective_from: '2026-12-01' },
    prices: [{ market: 'Germany', category: 'utility', from_message: 1, price: '0.0500' }],
  })
  const wide = parseCard(
    '\uFEFFmarket,currency,marketing,utility,effective_from\nFrance,EUR,0.1,,2026-12-01\n',
  )
  assert.deepEqual(wide.prices, [
    { market: 'France', category: 'marketing', from_message: 1, price: '0.1000' },
  ])
})

const wrong: [csv: string, said: RegExp][] = [
  ['', /no rows/],
  ['market,price\nGermany,1', /lacks currency, effective_from/],
  ['market,currency,effective_from\nGermany,EUR,2026-12-01', /names no category/],
  ['market,category,price,currency,effective_from\nMars,utility,1,EUR,2026-12-01', /none of Meta's markets/],
  ['market,category,price,currency,effective_from\nGermany,fun,1,EUR,2026-12-01', /no category/],
  ['market,category,price,currency,effective_from\nGermany,utility,-1,EUR,2026-12-01', /no decimal number/],
  ['market,category,price,currency,effective_from\nGermany,utility,1,euro,2026-12-01', /three letters/],
  ['market,category,price,currency,effective_from\nGermany,utility,1,EUR,2026-13-01', /must be a date/],
  [
    'market,category,price,currency,effective_from\nGermany,utility,1,EUR,2026-12-01\nGermany,utility,2,EUR,2026-12-01',
    /two prices/,
  ],
  [
    'market,category,price,currency,effective_from,from_message\nGermany,utility,1,EUR,2026-12-01,5',
    /from the first message on/,
  ],
  ['market,category\n"Germany', /no CSV/],
]

for (const [csv, said] of wrong) {
  test(`a card is refused: ${said.source}`, () => {
    assert.throws(
      () => parseCard(csv),
      (error: unknown) => error instanceof Failure && said.test(error.message),
    )
  })
}
