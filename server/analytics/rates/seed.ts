// Writes the rate cards that come with Carom into the database, once, and again where a new version brings other prices.

import { createHash } from 'node:crypto'
import type { Database } from '../../db/pool.ts'
import { newId } from '../../kit/ids.ts'
import { lessPercent, parseAmount, showAmount } from './amounts.ts'
import { builtIn, lockSeeding, type NewCard, type PriceRow, putCard } from './queries.ts'
import { read, steps, textOf } from './tables.ts'

const CATEGORIES = ['marketing', 'utility', 'authentication', 'authentication_international'] as const

export async function seedRateCards(db: Database, now: Date): Promise<void> {
  const checksum = createHash('sha256')
    .update(['card-list', 'cards', 'tiers'].map(textOf).join('\n'))
    .digest('hex')
  const list = read('card-list')
  const fresh = async (tx: Parameters<typeof builtIn>[0]) => {
    const there = await builtIn(tx)
    const known = new Set(there.filter(card => card.checksum === checksum).map(card => card.card_id))
    return list.filter(card => !known.has(card.id ?? ''))
  }
  if ((await fresh(db)).length === 0) return
  await db.transaction(async tx => {
    await lockSeeding(tx)
    for (const row of await fresh(tx)) {
      const card: NewCard = {
        id: newId(now.getTime()),
        tenant_id: null,
        card_id: row.id ?? '',
        name: row.name ?? '',
        currency: row.currency ?? '',
        effective_from: row.effective_from ?? '',
        effective_until: row.effective_until || null,
        checksum,
      }
      await putCard(tx, card, pricesOf(card), now)
    }
  })
}

function pricesOf(card: NewCard): PriceRow[] {
  const rows = read('cards').filter(
    row => row.currency === card.currency && row.effective_from === card.effective_from,
  )
  return rows.flatMap(row =>
    CATEGORIES.flatMap(category =>
      row[category] ? withSteps(row.market ?? '', category, row[category]) : [],
    ),
  )
}

/**
 * A list price with the prices of the volume steps. The steps were published with the card of October 2026; made from them,
 * every price of that card is Meta's own, and the older cards are taken to have had the same ones.
 */
function withSteps(market: string, category: string, list: string): PriceRow[] {
  const price = parseAmount(list)
  if (price === undefined) throw new Error(`The price ${list} of ${market} is no decimal number.`)
  const found = steps().get(`${market} ${category}`) ?? [{ from_message: 1, discount_percent: 0 }]
  return found.map(({ from_message, discount_percent }) => ({
    market,
    category,
    from_message,
    price: showAmount(discount_percent === 0 ? price : lessPercent(price, discount_percent)),
  }))
}
