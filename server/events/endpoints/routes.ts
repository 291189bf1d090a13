// The calls that manage endpoints. What was sent to them is in deliveries/routes.ts.

import { Type } from 'typebox'
import type { Queryable } from '../../db/pool.ts'
import { listQuery, listReply } from '../../http/paging.ts'
import { type Route, route } from '../../http/route.ts'
import { Delivery } from '../deliveries/schema.ts'
import { documentedDelivery, documentedEndpoint } from '../documented.ts'
import type { Events } from '../room.ts'
import { CreatedWebhook, NewWebhook, SecretRotation, Webhook, WebhookPatch } from '../schema.ts'
import { changeEndpoint, createEndpoint, removeEndpoint, rotateSecret } from './change.ts'
import { listAll, presentEndpoint, requireEndpoint } from './find.ts'
import { testEndpoint } from './try.ts'

const tag = 'Webhooks'
const params = Type.Object({ id: Type.String({ format: 'uuid' }) })
const secret = 'whsec_Q2Fyb20gc2hvd3MgdGhpcyBzZWNyZXQgb25jZSE='

export function endpointRoutes(events: Events): Route<Queryable>[] {
  return [
    ...readRoutes(events),
    createRoute(events),
    changeRoute(events, 'PUT'),
    changeRoute(events, 'PATCH'),
    deleteRoute(),
    rotateRoute(events),
    testRoute(events),
  ]
}

function readRoutes(events: Events): Route<Queryable>[] {
  return [
    route({
      method: 'GET',
      path: '/webhooks',
      scope: 'webhooks:read',
      tag,
      summary: 'List endpoints',
      query: listQuery({}),
      replies: { 200: listReply(Webhook) },
      errors: ['invalid_parameter'],
      handle: async call => ({ status: 200, body: await listAll(events, call.tenant_id, call.query) }),
    }),
    route({
      method: 'GET',
      path: '/webhooks/:id',
      scope: 'webhooks:read',
      tag,
      summary: 'Read an endpoint',
      params,
      replies: { 200: Webhook },
      errors: ['not_found'],
      example: { reply: documentedEndpoint },
      handle: async ({ tenant_id, params }) => ({
        status: 200,
        body: presentEndpoint(await requireEndpoint(events.db, tenant_id, params.id)),
      }),
    }),
  ]
}

function createRoute(events: Events): Route<Queryable> {
  return route({
    method: 'POST',
    path: '/webhooks',
    scope: 'webhooks:write',
    tag,
    summary: 'Make an endpoint',
    description:
      'From now on it is told of the events that it wants, signed with the secret that the reply holds this once. Each is tried ten times over three days, in order for each contact. With `format: "meta"` it gets Meta\'s own webhooks, one change each, signed as Meta signs.',
    body: NewWebhook,
    replies: { 201: CreatedWebhook },
    errors: ['invalid_parameter', 'invalid_state'],
    example: {
      body: { url: 'https://example.com/webhooks/carom', events: ['message.*', 'template.updated'] },
      bodies: { "Meta's own shape": { url: 'https://example.com/webhook', format: 'meta' } },
      reply: { ...documentedEndpoint, secret },
    },
    idempotency: 'transaction',
    secret_reply: true,
    handle: async ({ db, tenant_id, body }) => ({
      status: 201,
      body: await createEndpoint(events, db, tenant_id, body),
    }),
  })
}

function changeRoute(events: Events, method: 'PUT' | 'PATCH'): Route<Queryable> {
  return route({
    method,
    path: '/webhooks/:id',
    scope: 'webhooks:write',
    tag,
    summary: method === 'PUT' ? 'Change an endpoint' : 'Change an endpoint (the same as PUT)',
    description:
      'Any of its fields. Switching it on lets it begin anew: what waited is sent at once. What happened while it was off is not sent by itself; `POST /webhooks/:id/redeliver` does it.',
    params,
    body: WebhookPatch,
    replies: { 200: Webhook },
    errors: ['not_found', 'invalid_parameter'],
    example: { body: { is_active: true, events: ['message.received'] }, reply: documentedEndpoint },
    idempotency: 'transaction',
    handle: async ({ db, tenant_id, params, body }) => ({
      status: 200,
      body: await changeEndpoint(events, db, tenant_id, params.id, body),
    }),
  })
}

function deleteRoute(): Route<Queryable> {
  return route({
    method: 'DELETE',
    path: '/webhooks/:id',
    scope: 'webhooks:write',
    tag,
    summary: 'Delete an endpoint',
    description: 'With what still waits for it.',
    params,
    replies: { 204: null },
    errors: ['not_found'],
    idempotency: 'transaction',
    handle: async ({ db, tenant_id, params }) => {
      await removeEndpoint(db, tenant_id, params.id)
      return { status: 204 }
    },
  })
}

function rotateRoute(events: Events): Route<Queryable> {
  return route({
    method: 'POST',
    path: '/webhooks/:id/rotate-secret',
    scope: 'webhooks:write',
    tag,
    summary: 'Give an endpoint a new secret',
    description:
      'The one before signs as well for `overlap_seconds` (a day by default): `webhook-signature` then holds both signatures, and a receiver may know either. With 0 it ends at once, as it should when it has leaked. Meta\'s header has room for one signature: with `format: "meta"` the new secret signs from now on.',
    params,
    body: SecretRotation,
    replies: { 200: CreatedWebhook },
    errors: ['not_found', 'invalid_parameter'],
    example: { body: { overlap_seconds: 3600 }, reply: { ...documentedEndpoint, secret } },
    idempotency: 'transaction',
    secret_reply: true,
    handle: async ({ db, tenant_id, params, body }) => ({
      status: 200,
      body: await rotateSecret(events, db, tenant_id, params.id, body),
    }),
  })
}

function testRoute(events: Events): Route<Queryable> {
  return route({
    method: 'POST',
    path: '/webhooks/:id/test',
    scope: 'webhooks:write',
    tag,
    summary: 'Try an endpoint',
    description:
      'Sends it an event of the type `webhook.test` now, once, also while it is switched off. The reply tells what it answered.',
    params,
    replies: { 200: Delivery },
    errors: ['not_found'],
    example: { reply: documentedDelivery },
    idempotency: 'rerun',
    handle: async ({ tenant_id, params }) => ({
      status: 200,
      body: await testEndpoint(events, tenant_id, params.id),
    }),
  })
}
