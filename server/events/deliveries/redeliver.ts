// Sends again by hand: one delivery, all that have failed, or everything of a time. They go back to their places in their
// lines, so that order is kept.

import type { Queryable } from '../../db/pool.ts'
import { fail } from '../../kit/errors.ts'
import { lockEndpoint } from '../endpoints/endpointQueries.ts'
import { NONE } from '../endpoints/find.ts'
import { seqBefore } from '../feed/feedQueries.ts'
import type { Events } from '../room.ts'
import { type Chosen, queueAgain, queueMissed, recordedAt } from './deliveryQueries.ts'
import { seqOf } from './ids.ts'
import type { Delivery, Redelivery } from './schema.ts'
import { requireDelivery } from './show.ts'

type Endpoint = NonNullable<Awaited<ReturnType<typeof lockEndpoint>>>

export async function redeliverOne(
  tx: Queryable,
  tenant_id: string,
  at: { webhook_id: string; delivery_id: string },
): Promise<Delivery> {
  const endpoint = await requireActive(tx, tenant_id, at.webhook_id)
  const seq = seqOf(endpoint.id, at.delivery_id)
  if (seq !== undefined) await queueAgain(tx, endpoint.id, { seq }, 0, 1)
  return requireDelivery(tx, endpoint, seq)
}

/** So many statements would hold up the call too long; what is left is told. */
const MOST = 100_000
const BATCH = 5_000

/** `queued`: how many. `next_from`: a range that was too long goes on there. */
export async function redeliverMany(
  events: Events,
  tx: Queryable,
  tenant_id: string,
  webhook_id: string,
  wish: Redelivery,
): Promise<{ queued: number; next_from: string | null }> {
  const { status, from, to } = wish
  if ((status === undefined) === (from === undefined) || (status !== undefined && to !== undefined)) {
    const message =
      'Say either `status: "failed"`, for all that have failed, or `from`, with `to` or without.'
    fail('invalid_parameter', { message, details: { issues: [{ param: 'body', message }] } })
  }
  if (from !== undefined && to !== undefined && Date.parse(to) <= Date.parse(from)) {
    const message = '`to` must be later than `from`; leave it out for everything until now.'
    fail('invalid_parameter', { message, param: 'to', details: { issues: [{ param: 'to', message }] } })
  }
  const endpoint = await requireActive(tx, tenant_id, webhook_id)
  if (from === undefined)
    return { queued: await queueAll(tx, endpoint, { status: 'failed' }), next_from: null }
  const after = await placeOf(events, tx, from)
  const end = to === undefined ? await events.horizon.read() : await placeOf(events, tx, to)
  const { last, more } = await addMissed(tx, endpoint, { after, to: end })
  const queued = await queueAll(tx, endpoint, { after, to: last })
  return { queued, next_from: more ? await timeOf(events, tx, last) : null }
}

async function queueAll(tx: Queryable, endpoint: Endpoint, chosen: Chosen): Promise<number> {
  let queued = 0
  for (let after = 0; queued < MOST; ) {
    const { count, last } = await queueAgain(tx, endpoint.id, chosen, after, BATCH)
    queued += count
    after = last
    if (count < BATCH) break
  }
  return queued
}

async function addMissed(tx: Queryable, endpoint: Endpoint, range: { after: number; to: number }) {
  let after = range.after
  for (let total = 0; total < MOST; total += BATCH) {
    const { read, last } = await queueMissed(tx, endpoint, { after, to: range.to }, BATCH)
    if (read < BATCH) return { last: range.to, more: false }
    after = last
  }
  return { last: after, more: true }
}

async function requireActive(tx: Queryable, tenant_id: string, id: string): Promise<Endpoint> {
  const endpoint = (await lockEndpoint(tx, tenant_id, id)) ?? fail('not_found', { message: NONE })
  if (endpoint.is_active) return endpoint
  return fail('invalid_state', { message: 'This endpoint is switched off; set `is_active` to true first.' })
}

/** Times of callers are business time; events are recorded by PostgreSQL's. */
function placeOf(events: Events, tx: Queryable, time: string): Promise<number> {
  return seqBefore(tx, new Date(new Date(time).getTime() - aheadMs(events)))
}

async function timeOf(events: Events, tx: Queryable, seq: number): Promise<string | null> {
  const at = await recordedAt(tx, seq)
  return at && new Date(at.getTime() + aheadMs(events)).toISOString()
}

function aheadMs({ clock }: Events): number {
  return clock.nowMs() - Date.now()
}
