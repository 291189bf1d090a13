// The rate cards of a tenant in memory: which card counts on a day, and what it says. Forgotten when any process announces a
// change of them.

import type { Listener } from '../../db/listen.ts'
import type { Queryable } from '../../db/pool.ts'
import { type Amount, parseAmount } from './amounts.ts'
import { type CardRow, CHANNEL, listCards, readPrices } from './queries.ts'

export type Tier = { from_message: number; price: Amount }

export type Card = CardRow & {
  /** By market, then by category, the lowest step first. */
  prices: Map<string, Map<string, Tier[]>>
}

export type Book = {
  /** Every card that may count for the tenant: its own first, the newest first. */
  cards(tenant_id: string): Promise<Card[]>
  forget(tenant_id: string): void
}

const MOST_TENANTS = 2_000

export function openBook(db: Queryable, listener: Listener): Book {
  const known = new Map<string, Promise<Card[]>>()
  listener.on(CHANNEL, tenant_id => known.delete(tenant_id))
  listener.onReconnect(() => known.clear())
  return {
    cards(tenant_id) {
      const there = known.get(tenant_id)
      if (there) return there
      const loading = loadCards(db, tenant_id)
      if (known.size >= MOST_TENANTS) known.clear()
      known.set(tenant_id, loading)
      loading.catch(() => known.delete(tenant_id))
      return loading
    },
    forget: tenant_id => void known.delete(tenant_id),
  }
}

/**
 * The card in whose currency and time the day falls. A tenant's own counts before those that come with Carom, the one that
 * began last before older ones.
 */
export function cardOf(cards: readonly Card[], currency: string | null, day: string): Card | undefined {
  return cards.find(
    card =>
      card.currency === currency &&
      card.effective_from <= day &&
      (card.effective_until === null || day < card.effective_until),
  )
}

/** Undefined: the card has no price for it. */
export function tiersOf(card: Card | undefined, market: string, price_of: string[]): Tier[] | undefined {
  const ofMarket = card?.prices.get(market)
  for (const category of price_of) {
    const tiers = ofMarket?.get(category)
    if (tiers) return tiers
  }
  return undefined
}

/** As they are now. */
export async function loadCards(db: Queryable, tenant_id: string): Promise<Card[]> {
  const rows = await listCards(db, tenant_id)
  const own = new Set(rows.filter(row => row.tenant_id !== null).map(row => row.card_id))
  const counting = rows.filter(row => row.tenant_id !== null || !own.has(row.card_id))
  const cards = new Map(counting.map(row => [row.id, { ...row, prices: new Map() } as Card]))
  for (const { rate_card_id, market, category, from_message, price } of await readPrices(db, [
    ...cards.keys(),
  ])) {
    const { prices } = cards.get(rate_card_id) as Card
    const ofMarket = prices.get(market) ?? new Map<string, Tier[]>()
    prices.set(market, ofMarket)
    const tiers = ofMarket.get(category) ?? []
    ofMarket.set(category, [...tiers, { from_message, price: parseAmount(price) ?? 0n }])
  }
  return [...cards.values()].sort(ownFirst)
}

function ownFirst(a: Card, b: Card): number {
  const rank = (card: Card) => (card.tenant_id === null ? 1 : 0)
  return rank(a) - rank(b) || (a.effective_from < b.effective_from ? 1 : -1)
}
