// An event, an endpoint and a delivery, as the world sees them.

import { type Static, type TSchema, Type } from 'typebox'

const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })
const time = (description: string) => Type.String({ format: 'date-time', description })
const timeOrNull = (description: string) => orNull(Type.String({ format: 'date-time' }), description)

export const Event = Type.Object(
  {
    id: Type.String({
      format: 'uuid',
      description: 'The same however often the event reaches you: what you have seen, you may pass by.',
    }),
    type: Type.String({ description: '`message.received`, `template.updated`, …' }),
    timestamp: time('When it happened.'),
    data: Type.Unknown({
      description: 'The message, template, … as the API shows it, as it was at that event.',
    }),
  },
  { $id: 'Event' },
)

export type Event = Static<typeof Event>

export const FORMATS = ['standard', 'meta'] as const

const endpoint = {
  id: Type.String({ format: 'uuid' }),
  url: Type.String(),
  events: Type.Array(Type.String(), { description: 'What it is told of.' }),
  format: Type.String({
    enum: [...FORMATS],
    description: "`standard`: Carom's events, by the Standard Webhooks scheme. `meta`: Meta's own webhooks.",
  }),
  description: orNull(Type.String(), 'Yours.'),
  is_active: Type.Boolean(),
  disabled_reason: orNull(
    Type.String(),
    'Why Carom switched it off: `failing` (nothing but failures for five days), `gone` (it answered 410).',
  ),
  disabled_at: timeOrNull('When Carom switched it off.'),
  failures: Type.Integer({ description: 'Attempts that failed since the last one that succeeded.' }),
  failing_since: timeOrNull('Since when there were nothing but failures.'),
  last_success_at: timeOrNull('When it last took an event, to the minute.'),
  last_failure_at: timeOrNull('When an attempt last failed.'),
  previous_secret_valid_until: timeOrNull('Until when the secret before the newest one signs as well.'),
  created_at: time('When it was made.'),
  updated_at: time('When it was last changed.'),
}

export const Webhook = Type.Object(endpoint, { $id: 'Webhook' })
export type Webhook = Static<typeof Webhook>

const secret = Type.String({ description: 'What its events are signed with. Shown this once.' })

export const CreatedWebhook = Type.Object({ ...endpoint, secret }, { $id: 'CreatedWebhook' })

const url = Type.String({
  minLength: 1,
  maxLength: 2048,
  description:
    'A public https address. It answers with any 2xx within 15 seconds; redirects are not followed.',
})
const events = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  description:
    "Types of events, `message.*` for all of a kind, or `*` (the default) for all. With the format `meta`: fields of Meta's webhooks.",
})
const is_active = Type.Boolean({ description: 'Whether events are sent to it.' })
const description = orNull(Type.String({ maxLength: 500 }), 'Yours, up to 500 characters.')
const own_secret = Type.String({
  minLength: 16,
  maxLength: 128,
  pattern: '^[\\x21-\\x7e]+$',
  description:
    'One that your receiver has already. Without it one is made. For `standard` it is `whsec_` and 24 to 64 bytes in base64.',
})

export const NewWebhook = Type.Object(
  {
    url,
    events: Type.Optional(events),
    format: Type.Optional(Type.String({ enum: [...FORMATS], description: 'Default: `standard`.' })),
    description: Type.Optional(description),
    is_active: Type.Optional(is_active),
    secret: Type.Optional(own_secret),
  },
  { additionalProperties: false },
)
export type NewWebhook = Static<typeof NewWebhook>

export const WebhookPatch = Type.Object(
  {
    url: Type.Optional(url),
    events: Type.Optional(events),
    description: Type.Optional(description),
    is_active: Type.Optional(is_active),
  },
  { additionalProperties: false },
)
export type WebhookPatch = Static<typeof WebhookPatch>

export const SecretRotation = Type.Object(
  {
    overlap_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_592_000,
        description: 'How long the secret before signs as well; 0 ends it at once. Default 86400, a day.',
      }),
    ),
    secret: Type.Optional(own_secret),
  },
  { additionalProperties: false },
)
