// Meta's own words for endpoints that want those: each change of a stored webhook as a webhook of its own, otherwise as Meta
// wrote it. Only the `biz_opaque_callback_data` of a send of ours is the client's own again: Carom sent its message id there.

import { isUuid } from '../../kit/ids.ts'
import type { Events } from '../room.ts'
import { parseExact } from './parseExact.ts'
import type { Waiting } from './queueQueries.ts'

type Place = { inbox_id: string; entry: number; change: number }
type Shape = Record<string, unknown>
type Status = Shape & { biz_opaque_callback_data?: unknown }

/** In the order given; null where the webhook is no longer kept. */
export async function wrapChanges(events: Events, waiting: Waiting[]): Promise<(string | null)[]> {
  const places = waiting.map(one => one.data as Place)
  const bodies = await events.hooks.readBodies?.([...new Set(places.map(place => place.inbox_id))])
  const parsed = new Map(
    [...(bodies ?? [])].map(([id, body]) => [id, parseExact(body.toString('utf8')) as Shape]),
  )
  const changes = waiting.map((one, ord) => ({
    tenant_id: one.tenant_id,
    body: alone(parsed.get((places[ord] as Place).inbox_id), places[ord] as Place),
  }))
  const refs = await refsOf(events, changes)
  return changes.map(({ tenant_id, body }) => (body ? print(withRefs(body, tenant_id, refs)) : null))
}

/** One that is nested too deep to be written must not hold up the others. */
function print(body: Alone): string | null {
  try {
    return JSON.stringify(body)
  } catch {
    return null
  }
}

type Alone = Shape & { entry: [Shape & { changes: [Shape] }] }

/** The webhook with this one change. */
function alone(body: Shape | undefined, place: Place): Alone | undefined {
  if (body === undefined) return undefined
  const entry = (body.entry as Shape[])[place.entry] as Shape
  const change = (entry.changes as Shape[])[place.change] as Shape
  return { ...body, entry: [{ ...entry, changes: [change] }] }
}

function statusesOf({ entry: [{ changes }] }: Alone): Status[] {
  const { statuses } = (changes[0].value ?? {}) as { statuses?: unknown }
  return Array.isArray(statuses) ? statuses : []
}

type Refs = Map<string, string | null>
const keyOf = (tenant_id: string, id: unknown) => `${tenant_id} ${id}`

/** What the senders called the messages that these statuses are about. */
async function refsOf(
  events: Events,
  changes: { tenant_id: string; body: Alone | undefined }[],
): Promise<Refs> {
  const asked = changes.flatMap(({ tenant_id, body }) =>
    (body ? statusesOf(body) : [])
      .map(status => status?.biz_opaque_callback_data)
      .filter(id => typeof id === 'string' && isUuid(id))
      .map(id => ({ tenant_id, id: id as string })),
  )
  const found = asked.length > 0 ? await events.hooks.readClientRefs?.(asked) : undefined
  return new Map(found?.map(({ tenant_id, id, client_ref }) => [keyOf(tenant_id, id), client_ref]))
}

/** What is no message of ours was sent past Carom, and keeps what its sender wrote. */
function withRefs(body: Alone, tenant_id: string, refs: Refs): Alone {
  if (refs.size === 0) return body
  const statuses = statusesOf(body)
  const restored = statuses.map(status => {
    const ref = refs.get(keyOf(tenant_id, status?.biz_opaque_callback_data))
    if (ref === undefined) return status
    const { biz_opaque_callback_data: _, ...rest } = status
    return ref === null ? rest : { ...status, biz_opaque_callback_data: ref }
  })
  const { entry, ...around } = body
  const [{ changes, ...beside }] = entry
  const value = { ...(changes[0].value as Shape), statuses: restored }
  return statuses.length === 0
    ? body
    : { ...around, entry: [{ ...beside, changes: [{ ...changes[0], value }] }] }
}
