// The routes of API keys. Those of tenants are in tenantRoutes.ts.

import Type from 'typebox'
import type { Queryable } from '../db/pool.ts'
import { decodeCursor, IdCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { deleteKey, patchKey, rotateKey } from './change.ts'
import { createKey } from './create.ts'
import type { Keys } from './openKeys.ts'
import * as queries from './queries.ts'
import { CreatedKey, Key, KeyPatch, NewKey, RotatedKey, Rotation } from './schema.ts'
import { tenantRoutes } from './tenantRoutes.ts'

const tag = 'Keys'
const params = Type.Object({ id: Type.String({ format: 'uuid' }) })

export function keyRoutes(keys: Keys): Route<Queryable>[] {
  return [...readRoutes(keys), ...writeRoutes(keys), rotateRoute(keys), ...tenantRoutes(keys)]
}

function readRoutes(keys: Keys): Route<Queryable>[] {
  return [
    route({
      method: 'GET',
      path: '/keys',
      scope: 'keys:read',
      tag,
      summary: 'List API keys',
      query: listQuery({}),
      replies: { 200: listReply(Key) },
      errors: [],
      async handle({ tenant_id, query }) {
        const { limit = 25, cursor } = query
        const rows = await queries.list(keys.db, tenant_id, limit + 1, decodeCursor(IdCursor, cursor))
        return { status: 200, body: page(rows, limit, row => row.id) }
      },
    }),
    route({
      method: 'GET',
      path: '/keys/:id',
      scope: 'keys:read',
      tag,
      summary: 'Read an API key',
      params,
      replies: { 200: Key },
      errors: ['not_found'],
      async handle({ tenant_id, params }) {
        const row = await queries.find(keys.db, tenant_id, params.id)
        return { status: 200, body: row ?? fail('not_found') }
      },
    }),
  ]
}

function writeRoutes(keys: Keys): Route<Queryable>[] {
  return [
    route({
      method: 'POST',
      path: '/keys',
      scope: 'keys:write',
      tag,
      summary: 'Make an API key',
      description:
        'The reply holds the key itself, this once. A key grants only what it may do itself; only an owner key can make another (`owner: true`) or give a higher limit than its own. Without `rate_limit_rpm` the limit is 600 requests a minute, for owner keys 60,000.',
      body: NewKey,
      replies: { 201: CreatedKey },
      errors: ['missing_scope', 'sandbox_key', 'invalid_parameter'],
      idempotency: 'transaction',
      secret_reply: true,
      example: { body: { name: 'Shop', scopes: ['whatsapp:send', 'whatsapp:read'] } },
      async handle({ db, caller, body }) {
        return { status: 201, body: await createKey(db, caller, body, keys.clock.now()) }
      },
    }),
    route({
      method: 'PATCH',
      path: '/keys/:id',
      scope: 'keys:write',
      tag,
      summary: 'Change an API key',
      example: { body: { name: 'Web shop', rate_limit_rpm: 300 } },
      description: 'Takes effect in every process within a second. Owner keys keep their scope.',
      params,
      body: KeyPatch,
      replies: { 200: Key },
      errors: ['not_found', 'missing_scope', 'sandbox_key', 'invalid_state', 'invalid_parameter'],
      idempotency: 'transaction',
      async handle({ db, caller, params, body }) {
        return { status: 200, body: await patchKey(keys, db, caller, params.id, body) }
      },
    }),
    route({
      method: 'DELETE',
      path: '/keys/:id',
      scope: 'keys:write',
      tag,
      summary: 'Delete an API key',
      description: 'All its secrets stop working within a second. The last owner key cannot be deleted.',
      params,
      replies: { 204: null },
      errors: ['not_found', 'missing_scope', 'sandbox_key', 'invalid_state'],
      idempotency: 'transaction',
      async handle({ db, caller, params }) {
        await deleteKey(keys, db, caller, params.id)
        return { status: 204 }
      },
    }),
  ]
}

function rotateRoute(keys: Keys): Route<Queryable> {
  return route({
    method: 'POST',
    path: '/keys/:id/rotate',
    scope: 'keys:write',
    tag,
    summary: 'Give an API key a new secret',
    example: { body: { overlap_seconds: 3600 } },
    description:
      'The key keeps its id, name, scopes and limit, and gets a new secret, which the reply holds this once. The secrets before it work on for `overlap_seconds` (a day by default), so that clients can change over one by one; with 0 they end at once, as they should when one has leaked.',
    params,
    body: Rotation,
    replies: { 200: RotatedKey },
    errors: ['not_found', 'missing_scope', 'sandbox_key', 'invalid_state', 'invalid_parameter'],
    idempotency: 'transaction',
    secret_reply: true,
    async handle({ db, caller, params, body }) {
      return { status: 200, body: await rotateKey(keys, db, caller, params.id, body.overlap_seconds) }
    },
  })
}
