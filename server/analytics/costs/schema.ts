// What answers about money look like. Amounts are decimals as text.

import { type Static, Type } from 'typebox'
import { dateFields, query } from '../schema.ts'

const Money = (description: string) => Type.String({ description, examples: ['136.5000'] })
const Count = (description: string) => Type.Integer({ description })
const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const countFields = {
  messages: Count('Delivered messages.'),
  billable: Count('Of these, charged by Meta.'),
  free: Count('Of these, free of charge.'),
}

const lineFields = {
  ...countFields,
  unpriced: Count('Of the billable ones, those without a known price. Their cost is not in `cost`.'),
  cost: Money('What the others cost.'),
}

export const CardName = Type.Object({
  id: Type.String(),
  name: Type.String(),
  effective_from: Type.String({ format: 'date' }),
})

const Unpriced = Type.Object({
  messages: Count('Billable messages without a known price.'),
  by_market: Type.Array(
    Type.Object({
      market: orNull('Null: the country is not known.'),
      category: Type.String(),
      messages: Type.Integer(),
    }),
  ),
})

const ByCategory = Type.Array(Type.Object({ category: Type.String(), ...lineFields }))

export const Costs = Type.Object(
  {
    ...dateFields,
    currency: orNull('Null: there is no account yet.'),
    currencies: Type.Array(Type.String(), {
      description: 'All that the accounts asked about are billed in. They are not added up: ask for each.',
    }),
    total: Money('Messages without a known price are not in it.'),
    ...countFields,
    unpriced: Unpriced,
    by_category: ByCategory,
    by_country: Type.Array(
      Type.Object({
        country: Type.String({ description: 'ISO 3166 alpha-2; ZZ: not known.' }),
        market: orNull("Meta's market of that country."),
        ...lineFields,
      }),
    ),
    by_day: Type.Array(
      Type.Object({
        date: Type.String({ format: 'date' }),
        at: Type.String({ format: 'date-time', description: 'Its start, in UTC.' }),
        ...lineFields,
      }),
    ),
    rate_card: Type.Union([CardName, Type.Null()], {
      description: 'The card that holds at the end of the range. Null: there is none of that currency.',
    }),
    rate_cards: Type.Array(CardName, { description: 'All that hold in the range, the newest first.' }),
    source: Type.String({ enum: ['computed', 'meta'] }),
    computed: Type.Optional(
      Type.Object(
        { total: Money('By Carom.'), ...countFields, unpriced: Unpriced, by_category: ByCategory },
        { description: 'With `source=meta`: what Carom computed for the same.' },
      ),
    ),
    difference: Type.Optional(
      Type.Object(
        { total: Money("Meta's total less Carom's."), ...countFields },
        { description: 'With `source=meta`: how much more Meta has.' },
      ),
    ),
  },
  { $id: 'Costs' },
)

export const CostsQuery = query({
  source: Type.Optional(
    Type.String({
      enum: ['computed', 'meta'],
      default: 'computed',
      description: "`meta`: Meta's own pricing analytics, with what Carom computed beside them.",
    }),
  ),
  currency: Type.Optional(
    Type.String({ pattern: '^[A-Z]{3}$', description: 'Where accounts are billed in several.' }),
  ),
})

const CATEGORIES = [
  ...['marketing', 'utility', 'authentication', 'authentication_international', 'marketing_lite', 'service'],
  ...['MARKETING', 'UTILITY', 'AUTHENTICATION'],
]

export const EstimateBody = Type.Object(
  {
    phone_number_id: Type.String({
      minLength: 1,
      maxLength: 64,
      description: "Our id of the sending number, or Meta's: its account's currency and volume count.",
    }),
    category: Type.String({ enum: CATEGORIES }),
    counts_by_country: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z]{2}$' }),
        Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
        {
          description: 'ISO 3166 alpha-2 → how many messages.',
        },
      ),
    ),
    to: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 10_000,
        description: 'Recipients, instead of or besides counts: one message each.',
      }),
    ),
    at: Type.Optional(Type.String({ format: 'date-time', description: 'When they will be delivered; now.' })),
    in_window: Type.Optional(
      Type.Boolean({ description: 'Whether the 24-hour windows of the recipients are open.' }),
    ),
  },
  { additionalProperties: false },
)

export type EstimateBody = Static<typeof EstimateBody>

export const Estimate = Type.Object(
  {
    currency: orNull('Of the account.'),
    total: Money('Messages without a known price are not in it.'),
    ...countFields,
    unpriced: Count('Of the billable ones, those without a known price.'),
    by_country: Type.Array(
      Type.Object({ country: Type.String(), market: orNull("Meta's market."), ...lineFields }),
    ),
    rate_card: Type.Union([CardName, Type.Null()]),
  },
  { $id: 'CostEstimate' },
)
