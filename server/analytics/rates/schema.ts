// A rate card as the world sees it.

import { type Static, Type } from 'typebox'

const fields = {
  id: Type.String({ examples: ['meta-usd-2026-10-01'] }),
  name: Type.String(),
  currency: Type.String(),
  effective_from: Type.String({ format: 'date', description: "By the account's calendar." }),
  effective_until: Type.Union([Type.String({ format: 'date' }), Type.Null()], {
    description: 'The first day on which it no longer holds.',
  }),
  own: Type.Boolean({ description: 'False: it comes with Carom.' }),
  markets: Type.Integer({ description: 'How many it has prices for.' }),
  updated_at: Type.String({ format: 'date-time' }),
}

export const RateCardSummary = Type.Object(fields, { $id: 'RateCardSummary' })

export const RateCard = Type.Object(
  {
    ...fields,
    prices: Type.Array(
      Type.Object({
        market: Type.String(),
        category: Type.String(),
        price: Type.String({ description: 'Of one message, a decimal.' }),
        from_message: Type.Integer({ description: 'The first message of a month that costs so much.' }),
      }),
    ),
  },
  { $id: 'RateCard' },
)

export type RateCard = Static<typeof RateCard>
