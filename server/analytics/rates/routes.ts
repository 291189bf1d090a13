// The calls about rate cards.

import { Type } from 'typebox'
import type { Transaction } from '../../db/pool.ts'
import { type Route, route } from '../../http/route.ts'
import { answer, orCsv } from '../csv.ts'
import type { Analytics } from '../room.ts'
import { deleteCard, listRateCards, replaceCard, requireCard } from './cards.ts'
import { CARD_HEAD, EXAMPLE } from './parseCard.ts'
import { RateCard, RateCardSummary } from './schema.ts'

const Path = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'The name of the card.' }),
})

export function rateCardRoutes(analytics: Analytics): Route<Transaction>[] {
  return [listRoute(analytics), readRoute(analytics), putRoute(analytics), deleteRoute(analytics)]
}

function listRoute(analytics: Analytics): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/whatsapp/rate-cards',
    scope: 'whatsapp:read',
    tag: 'Analytics',
    summary: 'List rate cards',
    description: 'Your own and those that come with Carom, the newest first.',
    replies: { 200: Type.Object({ data: Type.Array(RateCardSummary) }) },
    errors: [],
    handle: async call => ({ status: 200, body: { data: await listRateCards(analytics, call.tenant_id) } }),
  })
}

function readRoute(analytics: Analytics): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/whatsapp/rate-cards/:id',
    scope: 'whatsapp:read',
    tag: 'Analytics',
    summary: 'Read a rate card',
    description: 'With all of its prices. As CSV it has the form that PUT takes.',
    params: Path,
    replies: { 200: orCsv(RateCard) },
    errors: ['not_found'],
    async handle({ tenant_id, params, headers }) {
      const card = await requireCard(analytics, tenant_id, params.id)
      return answer(headers, card, () => ({
        head: [...CARD_HEAD],
        rows: card.prices.map(({ market, category, price, from_message }) => [
          ...[market, category, price, card.currency, card.effective_from, from_message],
        ]),
      }))
    },
  })
}

const PutQuery = Type.Object(
  {
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'To be shown; the id otherwise.' }),
    ),
    effective_until: Type.Optional(
      Type.String({ format: 'date', description: 'The first day on which it no longer holds.' }),
    ),
  },
  { additionalProperties: false },
)

function putRoute(analytics: Analytics): Route<Transaction> {
  return route({
    method: 'PUT',
    path: '/whatsapp/rate-cards/:id',
    scope: 'whatsapp:write',
    tag: 'Analytics',
    summary: 'Put a rate card of your own',
    description:
      'A card counts from its date on, before those that come with Carom; under the name of one of those it takes its place. CSV with a header row: `market,category,price,currency,effective_from` and where volume counts `from_message`; or one column for each category. All rows are of one currency and date.',
    params: Path,
    query: PutQuery,
    raw: true,
    body: Type.String({ contentMediaType: 'text/csv', minLength: 1 }),
    replies: { 200: RateCard, 201: RateCard },
    errors: ['invalid_parameter', 'unsupported_media_type', 'payload_too_large'],
    example: { body: EXAMPLE },
    idempotency: 'rerun',
    async handle({ tenant_id, params, query, raw, headers }) {
      const { fresh, card } = await replaceCard(analytics, {
        ...{ tenant_id, card_id: params.id, csv: raw, content_type: headers['content-type'] },
        ...query,
      })
      return { status: fresh ? 201 : 200, body: card }
    },
  })
}

function deleteRoute(analytics: Analytics): Route<Transaction> {
  return route({
    method: 'DELETE',
    path: '/whatsapp/rate-cards/:id',
    scope: 'whatsapp:write',
    tag: 'Analytics',
    summary: 'Delete a rate card of your own',
    description: 'Where it took the place of one that comes with Carom, that one counts again.',
    params: Path,
    replies: { 204: null },
    errors: ['not_found'],
    idempotency: 'rerun',
    async handle({ tenant_id, params }) {
      await deleteCard(analytics, tenant_id, params.id)
      return { status: 204 }
    },
  })
}
