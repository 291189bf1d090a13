// Meta's own words about something that was stored: the item at its place of the webhook that it came with.

import type { Database } from '../db/pool.ts'
import { storable } from '../kit/text.ts'
import { readBody } from './queries.ts'

/** `path` is as in Item. Undefined: the webhook is no longer kept. */
export async function readRaw(db: Database, inboxId: string, path: string): Promise<unknown> {
  const body = await readBody(db, inboxId)
  if (body === undefined) return undefined
  const steps = path.match(/[^.[\]]+/g) ?? []
  let place: unknown = JSON.parse(body.toString('utf8'))
  for (const step of steps) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, step)) return undefined
    place = (place as Record<string, unknown>)[step]
  }
  return storable(place)
}
