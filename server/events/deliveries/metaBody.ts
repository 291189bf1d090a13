// Meta's own words for endpoints that want those: each change of a stored webhook as a webhook of its own, otherwise as Meta
// wrote it.

import type { Events } from '../room.ts'
import type { Waiting } from './queueQueries.ts'

type Place = { inbox_id: string; entry: number; change: number }
type Shape = Record<string, unknown>

/** In the order given; null where the webhook is no longer kept. */
export async function wrapChanges(events: Events, waiting: Waiting[]): Promise<(string | null)[]> {
  const places = waiting.map(one => one.data as Place)
  const bodies = await events.hooks.readBodies?.([...new Set(places.map(place => place.inbox_id))])
  const parsed = new Map(
    [...(bodies ?? [])].map(([id, body]) => [id, JSON.parse(body.toString('utf8')) as Shape]),
  )
  return places.map(place => {
    const body = parsed.get(place.inbox_id)
    return body === undefined ? null : wrapChange(body, place)
  })
}

function wrapChange(body: Shape, place: Place): string {
  const { entry, ...around } = body as { entry: Shape[] }
  const { changes, ...beside } = entry[place.entry] as { changes: unknown[] }
  return JSON.stringify({ ...around, entry: [{ ...beside, changes: [changes[place.change]] }] })
}
