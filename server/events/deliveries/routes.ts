// The calls about what was sent to an endpoint, and about sending it again.

import { Type } from 'typebox'
import type { Queryable } from '../../db/pool.ts'
import { listQuery, listReply } from '../../http/paging.ts'
import { type Route, route } from '../../http/route.ts'
import { documentedDelivery } from '../documented.ts'
import type { Events } from '../room.ts'
import { wakeDelivery } from '../wake.ts'
import { redeliverMany, redeliverOne } from './redeliver.ts'
import { Delivery, Redelivery, STATES } from './schema.ts'
import { listOf } from './show.ts'

const tag = 'Webhooks'
const params = Type.Object({ id: Type.String({ format: 'uuid' }) })
const oneParams = Type.Object({ id: Type.String({ format: 'uuid' }), delivery_id: Type.String() })

const ListQuery = listQuery({
  status: Type.Optional(Type.String({ enum: [...STATES] })),
  event_type: Type.Optional(Type.String({ maxLength: 64 })),
})

const Queued = Type.Object({
  queued: Type.Integer({ description: 'How many are sent again.' }),
  next_from: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'A range of more than 100,000 events goes on there, with another call.',
  }),
})

export function deliveryRoutes(events: Events): Route<Queryable>[] {
  return [
    route({
      method: 'GET',
      path: '/webhooks/:id/deliveries',
      scope: 'webhooks:read',
      tag,
      summary: 'List deliveries, newest first',
      description: 'What an endpoint was sent or is to be sent, with every attempt and what came back.',
      params,
      query: ListQuery,
      replies: { 200: listReply(Delivery) },
      errors: ['not_found', 'invalid_parameter'],
      example: { reply: { data: [documentedDelivery], next_cursor: null } },
      handle: async ({ tenant_id, params, query }) => ({
        status: 200,
        body: await listOf(events, tenant_id, params.id, query),
      }),
    }),
    route({
      method: 'POST',
      path: '/webhooks/:id/deliveries/:delivery_id/redeliver',
      scope: 'webhooks:write',
      tag,
      summary: 'Send a delivery again',
      description: 'At once, in its place, as if it had never been tried; the attempts before stay listed.',
      params: oneParams,
      replies: { 202: Delivery },
      errors: ['not_found', 'invalid_state'],
      example: { reply: { ...documentedDelivery, status: 'waiting', finished_at: null } },
      idempotency: 'transaction',
      handle: async ({ db, tenant_id, params }) => {
        const { id: webhook_id, delivery_id } = params
        const body = await redeliverOne(db, tenant_id, { webhook_id, delivery_id })
        wakeSoon(events)
        return { status: 202, body }
      },
    }),
    route({
      method: 'POST',
      path: '/webhooks/:id/redeliver',
      scope: 'webhooks:write',
      tag,
      summary: 'Send many deliveries again',
      description:
        'All that have failed, or everything of a time, also what the endpoint never got because it was switched off. What it got before it gets again, with the same ids.',
      params,
      body: Redelivery,
      replies: { 202: Queued },
      errors: ['not_found', 'invalid_state', 'invalid_parameter'],
      example: {
        body: { status: 'failed' },
        bodies: {
          'everything of a time': { from: '2026-11-23T06:00:00.000Z', to: '2026-11-23T08:00:00.000Z' },
        },
        reply: { queued: 17, next_from: null },
      },
      idempotency: 'transaction',
      handle: async ({ db, tenant_id, params, body }) => {
        const queued = await redeliverMany(events, db, tenant_id, params.id, body)
        wakeSoon(events)
        return { status: 202, body: queued }
      },
    }),
  ]
}

/** Once the answer is committed. Should it come too early, the next look is not far. */
function wakeSoon(events: Events): void {
  setTimeout(() => wakeDelivery(events), 20).unref()
}
