// What a planned send will cost: priced as if it were delivered at that time, after what the month has seen so far.

import { findNumber } from '../../accounts/room.ts'
import { fail } from '../../kit/errors.ts'
import { showAmount } from '../rates/amounts.ts'
import { cardOf } from '../rates/book.ts'
import { pricedCountry } from '../rates/countries.ts'
import { ruleOf } from '../rates/rules.ts'
import type { Analytics } from '../room.ts'
import { dateAt } from '../zones.ts'
import { type Payer, payersOf } from './accounts.ts'
import { usedAllowance } from './allowance.ts'
import { countCosts } from './count.ts'
import { type Piece, piecesOf } from './pieces.ts'
import { type Counted, type FreeService, type Priced, priceAll } from './price.ts'

export type Plan = {
  tenant_id: string
  /** Ours or Meta's: its account's currency, time zone and volume count. */
  phone_number_id: string
  /** marketing, utility, authentication, authentication_international, marketing_lite or service; as templates write it too. */
  category: string
  /** ISO 3166 alpha-2 → messages; ZZ: the country is not known. */
  counts_by_country: Readonly<Record<string, number>>
  /** When they will be delivered; now, where it is left out. */
  at?: Date
  /** The recipients' 24-hour windows are open. */
  in_window?: boolean
}

export type CountryForecast = {
  country: string
  market: string | null
  messages: number
  billable: number
  free: number
  unpriced: number
  cost: string
}

export type Forecast = {
  currency: string | null
  /** Decimals. Messages without a known price are not in it. */
  total: string
  messages: number
  billable: number
  free: number
  unpriced: number
  by_country: CountryForecast[]
  /** null: there is no card of that currency and day. */
  rate_card: { id: string; name: string; effective_from: string } | null
}

/** Fails with `not_found` where the tenant has no such number. */
export async function forecastCost(analytics: Analytics, plan: Plan): Promise<Forecast> {
  const { tenant_id } = plan
  const number = await findNumber(analytics.accounts, tenant_id, plan.phone_number_id)
  if (!number)
    return fail('not_found', {
      param: 'phone_number_id',
      message: 'There is no such number in this account.',
    })
  const all = await payersOf(analytics, tenant_id)
  const payer = all.find(one => one.account_id === number.account_id) as Payer
  const cards = await analytics.book.cards(tenant_id)
  const piece = pieceOf(payer, (plan.at ?? analytics.clock.now()).getTime())
  const until = Math.ceil(piece.start / QUARTER_MS) * QUARTER_MS
  const so_far = { start: until, end: until, days: [] }
  const { basis } = await countCosts(analytics, { tenant_id }, so_far, cards, all, [payer])
  const planned = plannedOf(plan, payer, piece)
  const month = basis.whole.filter(one => one.piece.month === piece.month)
  const used = await usedAllowance(
    analytics,
    tenant_id,
    number.id,
    payer,
    piecesOf(so_far, payer.timezone, cards),
  )
  const freeService = freeFrom(ruleOf('service', piece.billing_day)?.free_per_number_and_month ?? 0, used)
  const priced = priceAll({ cards, whole: [...month, ...planned], is_part: false, freeService }, planned)
  const card = cardOf(cards, payer.currency, piece.billing_day)
  const sum = (of: 'n' | 'billable' | 'free' | 'unpriced') =>
    priced.reduce((total, one) => total + one[of], 0)
  return {
    currency: payer.currency,
    total: showAmount(priced.reduce((total, one) => total + one.cost, 0n)),
    ...{ messages: sum('n'), billable: sum('billable'), free: sum('free'), unpriced: sum('unpriced') },
    by_country: priced.map(presentCountry),
    rate_card: card ? { id: card.card_id, name: card.name, effective_from: card.effective_from } : null,
  }
}

const QUARTER_MS = 900_000

/** A moment as a piece of time of its own. */
function pieceOf({ timezone }: Payer, at: number): Piece {
  const billing_day = dateAt(timezone, at)
  return { start: at, end: at + 1, day: billing_day, billing_day, month: billing_day.slice(0, 7) }
}

function plannedOf({ counts_by_country, in_window, ...plan }: Plan, payer: Payer, piece: Piece): Counted[] {
  const category = plan.category.toLowerCase().replaceAll('-', '_')
  const is_free = in_window === true && ruleOf(category, piece.billing_day)?.free_in_window === true
  const charge = is_free ? 'free_customer_service' : 'untold'
  const counts = new Map<string, number>()
  for (const [country, n] of Object.entries(counts_by_country)) {
    const priced = pricedCountry(country.toUpperCase())
    counts.set(priced, (counts.get(priced) ?? 0) + n)
  }
  return [...counts].map(([country, n]) => {
    return { payer, piece, kind: { label: `${category}:${charge}:${country}`, category, charge, country }, n }
  })
}

function freeFrom(allowance: number, used: number): FreeService {
  let left = Math.max(0, allowance - used)
  return ({ n }) => {
    const free = Math.min(n, left)
    left -= free
    return free
  }
}

function presentCountry({ country, market, n, ...sums }: Priced): CountryForecast {
  const { billable, free, unpriced, cost } = sums
  return { country, market: market ?? null, messages: n, billable, free, unpriced, cost: showAmount(cost) }
}
