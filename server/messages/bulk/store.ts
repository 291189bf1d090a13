// Messages of a campaign come into being: in the transaction that takes their recipients, already leased to be sent.

import type { Queryable } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import { LEASE_MARGIN_MS } from '../room.ts'
import { againInMs, type Bulk, type NewBulk, openWindows, store } from './queries.ts'

export type { Bulk, NewBulk } from './queries.ts'

/** How long a row may be on its way to Meta, and how long nobody else touches it. */
export function leaseOf(messages: Messages): { owner: string; lease_ms: number; deadline_ms: number } {
  const deadline_ms = messages.config.CAROM_SEND_TIMEOUT_MS
  return { owner: messages.process_id, lease_ms: deadline_ms + LEASE_MARGIN_MS, deadline_ms }
}

export async function storeBulk(
  messages: Messages,
  tx: Queryable,
  of: { tenant_id: string; phone_number_id: string; campaign_id: string; template: object | null },
  rows: NewBulk[],
): Promise<Bulk[]> {
  const { owner, lease_ms } = leaseOf(messages)
  await store(tx, { ...of, owner, lease_ms, now: messages.clock.now() }, rows)
  const { tenant_id, campaign_id } = of
  return rows.map(({ id, contact_id, recipient, content }) => ({
    ...{ id, tenant_id, campaign_id, contact_id, recipient, content, attempt: 1 },
  }))
}

/** Milliseconds until the next of them is due; undefined: none waits. */
export function bulkAgainInMs(messages: Messages, campaign_id: string): Promise<number | undefined> {
  return againInMs(messages.batches, campaign_id)
}

/** Those of these contacts who wrote to the number within the last 24 hours. */
export async function withOpenWindow(
  messages: Messages,
  db: Queryable,
  phone_number_id: string,
  contact_ids: string[],
): Promise<Set<string>> {
  return new Set(await openWindows(db, phone_number_id, contact_ids, messages.clock.now()))
}
