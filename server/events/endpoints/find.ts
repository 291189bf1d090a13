// Endpoints of a tenant, to be shown.

import type { Queryable } from '../../db/pool.ts'
import { DEFAULT_PAGE, decodeCursor, IdCursor, page } from '../../http/paging.ts'
import { fail } from '../../kit/errors.ts'
import type { Events } from '../room.ts'
import type { Webhook } from '../schema.ts'
import { type EndpointRow, findEndpoint, listEndpoints } from './endpointQueries.ts'

export async function requireEndpoint(db: Queryable, tenant_id: string, id: string): Promise<EndpointRow> {
  return (await findEndpoint(db, tenant_id, id)) ?? fail('not_found', { message: NONE })
}

export const NONE = 'There is no such endpoint in this account; GET /api/v1/webhooks lists yours.'

export async function listAll(
  events: Events,
  tenant_id: string,
  wish: { limit?: number; cursor?: string },
): Promise<{ data: Webhook[]; next_cursor: string | null }> {
  const { limit = DEFAULT_PAGE, cursor } = wish
  const rows = await listEndpoints(events.db, tenant_id, limit + 1, decodeCursor(IdCursor, cursor))
  return page(rows, limit, row => row.id, presentEndpoint)
}

/** For an event about the endpoint, in the transaction that changes it. */
export async function findForEvent(tx: Queryable, tenant_id: string, id: string): Promise<Webhook> {
  return presentEndpoint(await requireEndpoint(tx, tenant_id, id))
}

export function presentEndpoint(row: EndpointRow): Webhook {
  const { id, url, events, format, description, is_active, disabled_reason, failures } = row
  return {
    ...{ id, url, events, format, description, is_active, disabled_reason, failures },
    disabled_at: iso(row.disabled_at),
    failing_since: iso(row.failing_since),
    last_success_at: iso(row.last_success_at),
    last_failure_at: iso(row.last_failure_at),
    previous_secret_valid_until: iso(row.previous_valid_until),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString()
}
