// Tenants: separate customers on one installation, made by the owner of the first.

import type { Queryable } from '../db/pool.ts'
import { decodeCursor, IdCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { newId } from '../kit/ids.ts'
import { createOwnerKey } from './create.ts'
import type { Keys } from './openKeys.ts'
import * as queries from './queries.ts'
import { CreatedTenant, NewTenant, Tenant } from './schema.ts'

const tag = 'Tenants'

export function tenantRoutes(keys: Keys): Route<Queryable>[] {
  return [
    route({
      method: 'GET',
      path: '/tenants',
      scope: 'first_owner',
      tag,
      summary: 'List tenants',
      query: listQuery({}),
      replies: { 200: listReply(Tenant) },
      errors: [],
      async handle({ query: { limit = 25, cursor } }) {
        const rows = await queries.listTenants(keys.db, limit + 1, decodeCursor(IdCursor, cursor))
        return { status: 200, body: page(rows, limit, row => row.id) }
      },
    }),
    route({
      method: 'POST',
      path: '/tenants',
      scope: 'first_owner',
      tag,
      summary: 'Make a tenant',
      description: 'The reply holds its owner key, this once. A tenant sees nothing of the others.',
      body: NewTenant,
      replies: { 201: CreatedTenant },
      errors: [],
      idempotency: 'transaction',
      secret_reply: true,
      example: { body: { name: 'Acme' } },
      async handle({ db, body }) {
        const { tenant, owner_key } = await createTenant(db, body.name, keys.clock.now())
        return { status: 201, body: { ...tenant, owner_key } }
      },
    }),
  ]
}

async function createTenant(tx: Queryable, name: string, now: Date) {
  const tenant = { id: newId(), name, is_first: false, created_at: now }
  await queries.insertTenant(tx, tenant)
  const { key } = await createOwnerKey(tx, { tenant_id: tenant.id, name: 'Owner key', now })
  return { tenant, owner_key: key }
}
