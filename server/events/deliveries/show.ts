// Deliveries of an endpoint, to be shown.

import { type Static, Type } from 'typebox'
import type { Queryable } from '../../db/pool.ts'
import { DEFAULT_PAGE, decodeCursor, page } from '../../http/paging.ts'
import { fail } from '../../kit/errors.ts'
import { requireEndpoint } from '../endpoints/find.ts'
import type { Events } from '../room.ts'
import { type DeliveryFilters, type DeliveryRow, findDelivery, listDeliveries } from './deliveryQueries.ts'
import { deliveryId } from './ids.ts'
import { USER_AGENT } from './post.ts'
import type { Delivery } from './schema.ts'

const Cursor = Type.Integer({ minimum: 0 })
type Format = 'standard' | 'meta'

export async function listOf(
  events: Events,
  tenant_id: string,
  webhook_id: string,
  wish: DeliveryFilters & { limit?: number; cursor?: string },
): Promise<{ data: Delivery[]; next_cursor: string | null }> {
  const endpoint = await requireEndpoint(events.db, tenant_id, webhook_id)
  const { limit = DEFAULT_PAGE, cursor, ...filters } = wish
  const before: Static<typeof Cursor> | undefined = decodeCursor(Cursor, cursor)
  const rows = await listDeliveries(events.db, webhook_id, filters, limit + 1, before)
  return page(
    rows,
    limit,
    row => row.seq,
    row => presentDelivery(row, endpoint.format),
  )
}

export async function requireDelivery(
  db: Queryable,
  endpoint: { id: string; format: Format },
  seq: number | undefined,
): Promise<Delivery> {
  const row = seq === undefined ? undefined : await findDelivery(db, endpoint.id, seq)
  if (!row) return fail('not_found', { message: 'This endpoint has no such delivery.' })
  return presentDelivery(row, endpoint.format)
}

export function presentDelivery(row: DeliveryRow, format: Format): Delivery {
  const { webhook_id, seq, event_id, event_type, state, log } = row
  return {
    id: deliveryId(webhook_id, seq),
    ...{ webhook_id, event_id, event_type, status: state },
    attempts: (log ?? []).map(({ at, ms, status, error, body }) => ({
      ...{ at, duration_ms: ms, status, error, response_body: body },
    })),
    request: requestOf(row, format),
    next_attempt_at: row.next_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }
}

const SHOWN_CHARACTERS = 16_000

/** Without the signature: whoever reads it could pass it off as ours. */
function requestOf({ body, log, event_id }: DeliveryRow, format: Format): Delivery['request'] {
  if (body === null) return null
  const at = log?.at(-1)?.at
  const headers = { 'content-type': 'application/json', 'user-agent': USER_AGENT }
  const standard = at === undefined ? {} : { 'webhook-timestamp': String(Math.floor(Date.parse(at) / 1000)) }
  return {
    headers: format === 'meta' ? headers : { ...headers, 'webhook-id': event_id, ...standard },
    body: body.slice(0, SHOWN_CHARACTERS).toWellFormed(),
  }
}
