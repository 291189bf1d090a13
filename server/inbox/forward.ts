// Tenants may ask for Meta's own words at an endpoint of theirs. Each change of a webhook is recorded for them, in the
// transaction that applies it; what is sent is read from the stored webhook.

import { findByMetaId, findByWaba } from '../accounts/room.ts'
import type { Transaction } from '../db/pool.ts'
import { type MetaChange, recordMetaChanges } from '../events/metaChanges.ts'
import { metaId, moment, phone, record } from '../messages/inbound/shapes.ts'
import type { Item } from './expand.ts'
import type { Inbox } from './room.ts'

/** What is of nobody here is left out. */
export async function forwardChanges(inbox: Inbox, tx: Transaction, items: Item[]): Promise<void> {
  const byChange = Map.groupBy(items, item => `${item.inbox_id} ${placeOf(item)}`)
  const changes: MetaChange[] = []
  for (const group of byChange.values()) {
    const change = await changeOf(inbox, group)
    if (change) changes.push(change)
  }
  await recordMetaChanges(tx, changes)
}

async function changeOf(inbox: Inbox, group: Item[]): Promise<MetaChange | undefined> {
  const [first] = group
  const place = first && /^entry\[(\d+)\]\.changes\[(\d+)\]/.exec(first.path)
  const tenant_id = first && (await tenantOf(inbox, first))
  if (!place || tenant_id === undefined) return undefined
  const people = new Set(group.map(personOf))
  const [person] = people
  const whole = first.phone_number_id ?? first.entry_id
  return {
    ...{ tenant_id, inbox_id: first.inbox_id, field: first.field },
    entry: Number(place[1]),
    change: Number(place[2]),
    // Of several people at once: in the line of the number.
    about: people.size === 1 && person !== undefined ? `${whole} ${person}` : whole,
    at: moment(first.item.timestamp) ?? moment(first.entry_time) ?? receivedAt(first.inbox_id),
  }
}

/** Remembered in memory, both of them. */
async function tenantOf({ accounts }: Inbox, item: Item): Promise<string | undefined> {
  const { phone_number_id, entry_id } = item
  if (phone_number_id !== undefined) return (await findByMetaId(accounts, phone_number_id))?.tenant_id
  const waba_id = metaId(record(item.item.waba_info)?.waba_id) ?? entry_id
  return (await findByWaba(accounts, waba_id))?.tenant_id
}

/** Whom a message, status or call is from or to. */
function personOf({ item, thread }: Item): string | undefined {
  const named = [item.recipient_id, item.from, item.wa_id, thread]
  const ids = [item.recipient_user_id, item.from_user_id]
  return named.map(phone).find(Boolean) ?? ids.map(metaId).find(Boolean)
}

function placeOf({ path }: Item): string {
  return path.slice(0, path.indexOf('.value'))
}

/** Ids of stored webhooks carry the time at which they were made. */
function receivedAt(inbox_id: string): Date {
  return new Date(Number.parseInt(inbox_id.replaceAll('-', '').slice(0, 12), 16))
}
