// The routes of how long things are kept.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { type Route, route } from '../http/route.ts'
import { presentRetention } from './present.ts'
import { writeMessageDays } from './queries.ts'
import type { Retention as Room } from './room.ts'

const tag = 'Operations'

const Retention = Type.Object(
  {
    message_days: Type.Integer({
      description: 'How many days messages are kept, with their media, and threads without messages.',
    }),
    default_message_days: Type.Integer({ description: 'Where you set nothing: CAROM_MESSAGE_DAYS.' }),
    event_days: Type.Integer({ description: 'Events and deliveries: CAROM_EVENT_DAYS, for all tenants.' }),
    raw_webhook_days: Type.Integer({
      description: "Meta's webhooks as they came: CAROM_RAW_WEBHOOK_DAYS, for all tenants.",
    }),
  },
  { $id: 'Retention' },
)

const Change = Type.Object(
  {
    message_days: Type.Union([Type.Integer({ minimum: 7, maximum: 36_500 }), Type.Null()], {
      description: 'Null: as the settings say.',
    }),
  },
  { additionalProperties: false },
)

const example = { message_days: 90, default_message_days: 400, event_days: 30, raw_webhook_days: 30 }

export function retentionRoutes(retention: Room): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/retention',
      scope: 'whatsapp:read',
      tag,
      summary: 'How long things are kept',
      replies: { 200: Retention },
      errors: [],
      example: { reply: example },
      handle: async ({ tenant_id }) => ({
        status: 200,
        body: await presentRetention(retention, retention.db, tenant_id),
      }),
    }),
    route({
      method: 'PATCH',
      path: '/retention',
      scope: 'owner',
      tag,
      summary: 'Keep messages longer, or shorter',
      description:
        'What is older is deleted in the background within minutes, for good: messages, their media and edits, what bots said, threads without messages. Analytics keep their counts.',
      body: Change,
      replies: { 200: Retention },
      errors: ['invalid_parameter'],
      example: { body: { message_days: 90 }, reply: example },
      idempotency: 'transaction',
      async handle({ db, tenant_id, body }) {
        await writeMessageDays(db, tenant_id, body.message_days, retention.clock.now())
        return { status: 200, body: await presentRetention(retention, db, tenant_id) }
      },
    }),
  ]
}
