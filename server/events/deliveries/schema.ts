// A delivery as the world sees it: one event for one endpoint, with every attempt.

import { type Static, Type } from 'typebox'

const timeOrNull = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

export const STATES = ['waiting', 'delivered', 'failed'] as const

const Attempt = Type.Object({
  at: Type.String({ format: 'date-time' }),
  duration_ms: Type.Integer(),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'What it answered; null: it did not.' }),
  error: Type.Union([Type.String(), Type.Null()], {
    description: 'Why there was no answer, or none that counts.',
  }),
  response_body: Type.Union([Type.String(), Type.Null()], {
    description: 'The first 1,000 characters of the answer.',
  }),
})

export const Delivery = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    webhook_id: Type.String({ format: 'uuid' }),
    event_id: Type.String({ format: 'uuid', description: 'What it carries as `webhook-id`.' }),
    event_type: Type.String(),
    status: Type.String({
      enum: [...STATES],
      description: '`waiting`: for its turn or its next attempt. `failed`: the whole schedule is through.',
    }),
    attempts: Type.Array(Attempt, { description: 'The newest last; the last 20.' }),
    request: Type.Union(
      [
        Type.Object({
          headers: Type.Record(Type.String(), Type.String()),
          body: Type.String({ description: 'As it was sent, the first 16,000 characters.' }),
        }),
        Type.Null(),
      ],
      {
        description:
          'What is sent, each time the same but for the time and the signature. Null: nothing yet.',
      },
    ),
    next_attempt_at: timeOrNull(
      'When it is tried next, where it is the first of its line and was tried before.',
    ),
    created_at: Type.String({ format: 'date-time' }),
    finished_at: timeOrNull('When it was delivered, or given up.'),
  },
  { $id: 'Delivery' },
)
export type Delivery = Static<typeof Delivery>

export const Redelivery = Type.Object(
  {
    status: Type.Optional(Type.String({ enum: ['failed'], description: 'All that have failed.' })),
    from: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Everything recorded from then on, delivered before or not.',
      }),
    ),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'Up to then; by default up to now.' })),
  },
  { additionalProperties: false },
)
export type Redelivery = Static<typeof Redelivery>
