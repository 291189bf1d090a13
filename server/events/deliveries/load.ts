// From lines that were taken to what is to be sent: the first few deliveries of each, with their bodies.

import { presentEvents } from '../present.ts'
import type { EventRow, Events } from '../room.ts'
import { META_TYPE } from '../types.ts'
import { wrapChanges } from './metaBody.ts'
import { type Line, readLines, releaseEmpty, type Waiting } from './queueQueries.ts'

/** `body` is null where nothing of the event is kept any more. */
export type Prepared = Waiting & { fresh: boolean }

export type Turn = { line: Line; deliveries: Prepared[] }

/** So many of one line go in one turn; an endpoint that is thought to be down gets one. */
const EACH = 20

export async function loadTurns(events: Events, lines: Line[]): Promise<Turn[]> {
  const waiting = await readLines(events.db, lines, EACH)
  const prepared = await prepare(events, waiting)
  const byLine = Map.groupBy(prepared, one => `${one.webhook_id} ${one.line}`)
  const turns = lines.map(line => {
    const deliveries = byLine.get(`${line.webhook_id} ${line.line}`) ?? []
    return { line, deliveries: line.probing ? deliveries.slice(0, 1) : deliveries }
  })
  const empty = turns.filter(turn => turn.deliveries.length === 0)
  if (empty.length > 0)
    await releaseEmpty(
      events.db,
      empty.map(turn => turn.line),
      events.process_id,
    )
  return turns.filter(turn => turn.deliveries.length > 0)
}

/** What was sent before is sent again as it was. */
export async function prepare(events: Events, waiting: Waiting[]): Promise<Prepared[]> {
  const fresh = waiting.filter(one => one.body === null && one.at !== null)
  const changes = fresh.filter(one => one.event_type === META_TYPE)
  const told = fresh.filter(one => one.event_type !== META_TYPE)
  const [bodies, presented] = await Promise.all([
    changes.length > 0 ? wrapChanges(events, changes) : [],
    presentEvents(events, told.map(rowOf)),
  ])
  const made = new Map<Waiting, string | null>()
  for (const [place, one] of changes.entries()) made.set(one, bodies[place] ?? null)
  for (const [place, one] of told.entries()) made.set(one, JSON.stringify(presented[place]))
  return waiting.map(one => ({ ...one, body: one.body ?? made.get(one) ?? null, fresh: one.body === null }))
}

function rowOf(one: Waiting): EventRow {
  const { seq, tenant_id, contact_id, phone_number_id, subject_id, data } = one
  return {
    ...{ seq, tenant_id, contact_id, phone_number_id, subject_id, data },
    ...{ id: one.event_id, type: one.event_type, at: one.at as Date },
  }
}
