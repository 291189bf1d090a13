// What analytics answer, as the world sees it.

import { type TProperties, Type } from 'typebox'
import { MOST_DAYS } from './range.ts'

const DateText = { format: 'date', examples: ['2026-11-01'] }

export const rangeFields = {
  days: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MOST_DAYS,
      description: 'So many days up to today, or up to `to`; 30 where neither this nor `from` is given.',
    }),
  ),
  from: Type.Optional(
    Type.String({ ...DateText, description: 'The first day. Without `to` it reaches to today.' }),
  ),
  to: Type.Optional(Type.String({ ...DateText, description: 'The last day; it belongs to the range.' })),
  timezone: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      default: 'UTC',
      examples: ['Europe/Berlin'],
      description: 'An IANA time zone, by whose calendar days and hours are counted.',
    }),
  ),
}

export const filterFields = {
  phone_number_id: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: "Our id of the number, or Meta's." }),
  ),
  campaign_id: Type.Optional(Type.String({ format: 'uuid' })),
  template: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: 'The name, in any language.' }),
  ),
}

export function query<Own extends TProperties>(own: Own) {
  return Type.Object({ ...rangeFields, ...filterFields, ...own }, { additionalProperties: false })
}

const Count = (description: string) => Type.Integer({ description })

export const dateFields = {
  from: Type.String({ format: 'date' }),
  to: Type.String({ format: 'date' }),
  timezone: Type.String(),
}

export const stageFields = {
  sent: Count('Accepted by Meta, also those that failed afterwards.'),
  delivered: Count('Arrived on the phone.'),
  read: Count('Seen.'),
  replied: Count('Answered by the contact within 72 hours.'),
  failed: Count('Accepted, and failed afterwards.'),
}

const Rate = (description: string) => Type.Number({ description: `${description}; 0 where there is none.` })

export const rateFields = {
  delivery_rate: Rate('delivered / sent'),
  read_rate: Rate('read / delivered'),
  reply_rate: Rate('replied / delivered'),
}

export const Funnel = Type.Object({ ...dateFields, ...stageFields, ...rateFields }, { $id: 'Funnel' })

export const Series = Type.Object(
  {
    ...dateFields,
    interval: Type.String({ enum: ['day', 'hour'] }),
    data: Type.Array(
      Type.Object({
        at: Type.String({ format: 'date-time', description: 'The start of the day or hour, in UTC.' }),
        outbound: Count(
          'All that went out: accepted by Meta, refused, or typed in the WhatsApp Business app.',
        ),
        inbound: Count('Written by contacts.'),
        ...stageFields,
      }),
    ),
  },
  { $id: 'TimeSeries' },
)

const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

export const Campaigns = Type.Object({
  ...dateFields,
  data: Type.Array(
    Type.Object({
      campaign_id: Type.String({ format: 'uuid' }),
      name: orNull('Null: the campaign was deleted.'),
      ...stageFields,
      ...rateFields,
    }),
  ),
})

export const Templates = Type.Object({
  ...dateFields,
  data: Type.Array(
    Type.Object({ template: Type.String(), language: Type.String(), ...stageFields, ...rateFields }),
  ),
})

export const Failures = Type.Object({
  ...dateFields,
  data: Type.Array(
    Type.Object({
      code: Type.Union([Type.Integer(), Type.String()], {
        description: "Meta's code, or a word where the verdict is Carom's own.",
      }),
      title: orNull('What it is called.'),
      cause: orNull('What went wrong.'),
      fix_by: orNull('sender, operator, recipient or meta.'),
      retry: orNull('never, later or now.'),
      next_step: orNull('What to do.'),
      messages: Count('How many failed so.'),
      refused: Count('Of these, never accepted by Meta.'),
      failed: Count('Of these, accepted first.'),
    }),
  ),
})

const seconds = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description })

const Waiting = Type.Object({
  answers: Count('How many answers arrived.'),
  median_seconds: seconds('Half of them came within so many seconds. Null: there were none.'),
  p95_seconds: seconds('Nineteen of twenty came within so many seconds.'),
})

export const Responses = Type.Object({ ...dateFields, all: Waiting, bot: Waiting, hand: Waiting })
