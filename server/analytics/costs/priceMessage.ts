// What one message costs by Meta's word about it: kept on the message, for whoever looks at it alone.

import { showAmount } from '../rates/amounts.ts'
import { type Card, cardOf, tiersOf } from '../rates/book.ts'
import { countryByCode, marketOf } from '../rates/countries.ts'
import { FIRST_DAY, ruleOf } from '../rates/rules.ts'
import type { Analytics } from '../room.ts'
import { dateAt } from '../zones.ts'
import { billingTimezone } from './accounts.ts'

export type MessagePrice = {
  tenant_id: string
  currency: string | null
  timezone_id: string | null
  /** Meta's object. */
  pricing: Record<string, unknown>
  /** +E.164, or a business-scoped user id. */
  recipient: string
  at: Date
}

export type MessageCost = { amount: string | null; currency: string | null; rate_card: string | null }

const NOTHING = showAmount(0n)

/** At the list price: on which volume step it is, only the count of its month can tell. */
export async function priceMessage(analytics: Analytics, message: MessagePrice): Promise<MessageCost> {
  const { tenant_id, currency, pricing, recipient, at } = message
  const day = dateAt(billingTimezone(analytics, message.timezone_id), at.getTime())
  const card = cardOf(await analytics.book.cards(tenant_id), currency, day)
  const cost = { currency, rate_card: card?.card_id ?? null }
  const [type, category] = [pricing.type, pricing.category].map(word =>
    typeof word === 'string' ? word : '',
  )
  if (pricing.billable === false || type?.startsWith('free')) return { amount: NOTHING, ...cost }
  const known = day >= FIRST_DAY && pricing.pricing_model !== 'CBP'
  return { amount: known ? listPrice(card, category ?? '', recipient, day) : null, ...cost }
}

function listPrice(card: Card | undefined, category: string, recipient: string, day: string): string | null {
  const rule = ruleOf(category.toLowerCase().replaceAll('-', '_'), day)
  const market = marketOf(countryByCode(recipient), day)
  const tiers = rule?.billable && market !== undefined ? tiersOf(card, market, rule.price_of) : undefined
  return tiers?.[0] ? showAmount(tiers[0].price) : null
}
