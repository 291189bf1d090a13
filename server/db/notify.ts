/**
 * NOTIFY, merged: it takes a lock over the whole database at commit, so each channel has at most one statement in
 * flight and what comes meanwhile travels together, each distinct payload once. A hint, never a promise: a
 * notification that cannot be sent is logged and forgotten, since every listener also polls.
 */
import type { Log } from '../kit/log.ts'
import type { Queryable } from './pool.ts'
import { sql } from './sql.ts'

export type Notifier = {
  /** Resolves when it was sent or given up; never rejects for the database's sake. */
  notify(channel: string, payload?: string): Promise<void>
}

type Lane = { waiting: Set<string>; last: Promise<void>; next: Promise<void> | undefined }

const MAX_PAYLOAD_BYTES = 7999 // PostgreSQL's own limit

export function notifier(db: Queryable, log?: Log): Notifier {
  const lanes = new Map<string, Lane>()

  async function notify(channel: string, payload = ''): Promise<void> {
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
      throw new Error(
        `A notification on ${channel} is longer than ${MAX_PAYLOAD_BYTES} bytes: send an id instead.`,
      )
    }
    const lane = laneOf(channel)
    lane.waiting.add(payload)
    lane.next ??= lane.last.then(() => {
      lane.next = undefined
      lane.last = send(channel, lane)
      return lane.last
    })
    return lane.next
  }

  function laneOf(channel: string): Lane {
    const lane = lanes.get(channel) ?? { waiting: new Set(), last: Promise.resolve(), next: undefined }
    lanes.set(channel, lane)
    return lane
  }

  async function send(channel: string, lane: Lane): Promise<void> {
    const payloads = [...lane.waiting]
    lane.waiting.clear()
    try {
      await db.query(
        sql.named(
          'db.notify',
        )`select count(pg_notify(${channel}, payload)) from unnest(${payloads}::text[]) payload`,
      )
    } catch (error) {
      log?.warn({ err: error, channel }, 'A notification could not be sent')
    }
  }

  return { notify }
}
