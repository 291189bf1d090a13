// Rate cards of a tenant: listed, read, put in place of others, deleted.

import { fail } from '../../kit/errors.ts'
import { newId } from '../../kit/ids.ts'
import type { Analytics } from '../room.ts'
import { showAmount } from './amounts.ts'
import { type Card, loadCards } from './book.ts'
import { parseCard } from './parseCard.ts'
import { announce, dropCard, type NewCard, putCard } from './queries.ts'
import type { RateCard } from './schema.ts'

export async function listRateCards(analytics: Analytics, tenant_id: string): Promise<RateCard[]> {
  const cards = (await loadCards(analytics.db, tenant_id)).map(present)
  return cards.sort((a, b) => (a.effective_from < b.effective_from ? 1 : -1))
}

export async function requireCard(
  analytics: Analytics,
  tenant_id: string,
  card_id: string,
): Promise<RateCard> {
  const card = (await loadCards(analytics.db, tenant_id)).find(one => one.card_id === card_id)
  return card
    ? present(card)
    : fail('not_found', {
        message: 'There is no such rate card; GET /api/v1/whatsapp/rate-cards lists them.',
      })
}

export type Put = {
  tenant_id: string
  card_id: string
  csv: Buffer
  content_type: string | string[] | undefined
  name?: string
  effective_until?: string
}

export async function replaceCard(
  analytics: Analytics,
  put: Put,
): Promise<{ fresh: boolean; card: RateCard }> {
  if (!/^text\/(csv|plain)\b/i.test(String(put.content_type ?? 'text/csv'))) {
    fail('unsupported_media_type', { message: 'This call takes Content-Type: text/csv.' })
  }
  const { prices, ...parsed } = parseCard(put.csv.toString('utf8'))
  const { tenant_id, card_id, name = card_id, effective_until = null } = put
  if (effective_until !== null && effective_until <= parsed.effective_from) {
    const message = '`effective_until` must lie after the date from which the card holds.'
    fail('invalid_parameter', {
      ...{ param: 'effective_until', message },
      details: { issues: [{ param: 'effective_until', message }] },
    })
  }
  const now = analytics.clock.now()
  const card: NewCard = {
    id: newId(now.getTime()),
    tenant_id,
    card_id,
    name,
    ...parsed,
    effective_until,
    checksum: null,
  }
  const fresh = await analytics.db.transaction(async tx => {
    await announce(tx, tenant_id)
    return putCard(tx, card, prices, now)
  })
  analytics.book.forget(tenant_id)
  return {
    fresh,
    card: {
      ...{ id: card_id, name, ...parsed, effective_until, own: true },
      ...{ markets: new Set(prices.map(price => price.market)).size, updated_at: now.toISOString() },
      prices,
    },
  }
}

export async function deleteCard(analytics: Analytics, tenant_id: string, card_id: string): Promise<void> {
  const there = await analytics.db.transaction(async tx => {
    await announce(tx, tenant_id)
    return dropCard(tx, tenant_id, card_id)
  })
  analytics.book.forget(tenant_id)
  if (there) return
  const builtIn = (await loadCards(analytics.db, tenant_id)).some(card => card.card_id === card_id)
  fail('not_found', {
    message: builtIn
      ? 'This card comes with Carom and cannot be deleted; put one of your own in its place.'
      : 'There is no such rate card; GET /api/v1/whatsapp/rate-cards lists them.',
  })
}

function present(card: Card): RateCard {
  const { card_id, name, currency, effective_from, effective_until, prices } = card
  return {
    ...{ id: card_id, name, currency, effective_from, effective_until },
    ...{ own: card.tenant_id !== null, markets: prices.size, updated_at: card.updated_at.toISOString() },
    prices: [...prices].flatMap(([market, categories]) =>
      [...categories].flatMap(([category, tiers]) =>
        tiers.map(({ from_message, price }) => ({
          market,
          category,
          price: showAmount(price),
          from_message,
        })),
      ),
    ),
  }
}
