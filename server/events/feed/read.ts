// Reads a tenant's events onwards from a place: for the list and for the stream, with the same filters.

import { fail } from '../../kit/errors.ts'
import { presentEvents } from '../present.ts'
import type { Events } from '../room.ts'
import type { Event } from '../schema.ts'
import { type Filters, scanEvents, seqBefore } from './feedQueries.ts'

export type Wish = { type?: string; contact?: string; phone_number_id?: string }

/** undefined: it names a number or contact that does not exist, so nothing is found. */
export async function filtersOf(events: Events, tenant_id: string, wish: Wish): Promise<Filters | undefined> {
  const filters: Filters = {}
  if (wish.type !== undefined) filters.types = typesOf(wish.type)
  if (wish.phone_number_id !== undefined) {
    const id = await events.hooks.findNumber?.(tenant_id, wish.phone_number_id)
    if (id === undefined) return undefined
    filters.phone_number_id = id
  }
  if (wish.contact !== undefined) {
    const id = await events.hooks.findContact?.(tenant_id, wish.contact)
    if (id === undefined) return undefined
    filters.contact_id = id
  }
  return filters
}

function typesOf(text: string): string[] | never {
  const types = text.split(',').map(type => type.trim())
  if (types.every(type => /^[a-z_]+\.([a-z_]+|\*)$/.test(type))) return types
  const message = '`type` must be types of events such as message.received or message.*, separated by commas.'
  fail('invalid_parameter', { message, param: 'type', details: { issues: [{ param: 'type', message }] } })
}

const LOOK_AT = 5_000

export type Part = {
  events: Event[]
  /** The number of each. */
  seqs: number[]
  /** Where to go on: everything up to there was looked at. */
  next: number
  /** There is more to read at once. */
  more: boolean
}

export async function readOn(
  events: Events,
  tenant_id: string,
  place: { after: number; safe: number },
  filters: Filters,
  limit: number,
): Promise<Part> {
  const filtered = Object.keys(filters).length > 0
  const look_at = filtered ? LOOK_AT : limit + 1
  const { rows, seen_to } = await scanEvents(events.db, {
    tenant_id,
    ...place,
    filters,
    limit: limit + 1,
    look_at,
  })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const full = rows.length > limit && last !== undefined
  return {
    events: await presentEvents(events, shown),
    seqs: shown.map(row => row.seq),
    next: full ? last.seq : (seen_to ?? Math.max(place.safe, place.after)),
    more: full || seen_to !== undefined,
  }
}

/** Times of callers are business time; events are recorded by PostgreSQL's. */
export function placeOf(events: Events, from: string): Promise<number> {
  const ahead_ms = events.clock.nowMs() - Date.now()
  return seqBefore(events.db, new Date(new Date(from).getTime() - ahead_ms))
}
