// What delivered messages cost, computed from the roll-ups and the rate cards. One currency at a time: those of several are
// not added up.

import { findNumber } from '../../accounts/room.ts'
import { datesOf } from '../flow.ts'
import type { Filter } from '../queries.ts'
import type { Range } from '../range.ts'
import { showAmount } from '../rates/amounts.ts'
import { type Card, cardOf } from '../rates/book.ts'
import type { Analytics } from '../room.ts'
import { dateAt } from '../zones.ts'
import { type Payer, payersOf } from './accounts.ts'
import { countCosts } from './count.ts'
import { type Priced, priceAll } from './price.ts'
import { byCategory, byCountry, byDay, sumOf, unpricedOf } from './sum.ts'

export type Bill = {
  payers: Payer[]
  currency: string | null
  currencies: string[]
  priced: Priced[]
  cards: Card[]
}

/** Prices everything that is asked for in one currency: the one named, or that of the oldest account asked about. */
export async function makeBill(
  analytics: Analytics,
  filter: Filter,
  range: Range,
  wish: { currency?: string },
): Promise<Bill> {
  const all = await payersOf(analytics, filter.tenant_id)
  const seen = filter.account_ids ? all.filter(payer => filter.account_ids?.includes(payer.account_id)) : all
  const account_id = filter.phone_number_id && (await accountOf(analytics, filter))
  const asked = account_id ? seen.filter(payer => payer.account_id === account_id) : seen
  const currencies = [...new Set(asked.flatMap(payer => payer.currency ?? []))]
  const currency = wish.currency ?? currencies[0] ?? null
  const payers = asked.filter(payer => payer.currency === currency)
  const cards = await analytics.book.cards(filter.tenant_id)
  const { basis, wanted } = await countCosts(analytics, filter, range, cards, all, payers)
  return { payers, currency, currencies, priced: priceAll(basis, wanted), cards }
}

async function accountOf(
  analytics: Analytics,
  { tenant_id, phone_number_id }: Filter,
): Promise<string | undefined> {
  const number = phone_number_id && (await findNumber(analytics.accounts, tenant_id, phone_number_id))
  return number ? number.account_id : undefined
}

export function presentBill(range: Range, { payers, currency, currencies, priced, cards }: Bill) {
  const { cost, ...sums } = sumOf(priced)
  const timezone = payers[0]?.timezone ?? 'UTC'
  const last_day = dateAt(timezone, range.end - 1)
  const used = cardsOf(cards, currency, dateAt(timezone, range.start), last_day)
  return {
    ...datesOf(range),
    ...{ currency, currencies, total: showAmount(cost) },
    ...{ messages: sums.messages, billable: sums.billable, free: sums.free },
    unpriced: unpricedOf(priced),
    by_category: byCategory(priced),
    by_country: byCountry(priced, last_day),
    by_day: byDay(priced, range),
    rate_card: used[0] ?? null,
    rate_cards: used,
    source: 'computed' as const,
  }
}

/** The cards that hold at some time between two days, the newest first. */
function cardsOf(cards: readonly Card[], currency: string | null, first: string, last: string) {
  const starts = cards.map(card => card.effective_from).filter(day => day > first && day <= last)
  const ends = cards.flatMap(card => card.effective_until ?? []).filter(day => day > first && day <= last)
  const days = [...new Set([last, ...starts, ...ends, first])].sort().reverse()
  const used = new Set(days.flatMap(day => cardOf(cards, currency, day) ?? []))
  return [...used].map(({ card_id, name, effective_from }) => ({ id: card_id, name, effective_from }))
}
