// Sends what is due. A line is taken under a lease and sent in its order, one after the other, as long as the endpoint
// takes it; the first that fails ends the turn, and holds back its own line alone. A process that dies leaves its lines to
// others: what it had sent and not yet written down is sent again, with the same id.

import { type Loop, startLoop } from '../../db/lease.ts'
import type { Events } from '../room.ts'
import { QUEUE_CHANNEL } from '../wake.ts'
import { attempt } from './attempt.ts'
import { loadTurns, type Turn } from './load.ts'
import { claimLines, handBack, type Line } from './queueQueries.ts'
import { openRooms, type Rooms, type Turned, USUAL_ROOM } from './rooms.ts'
import { SUSPECT_FAILURES } from './schedule.ts'

/** Lines that one process works on at once, of all endpoints together. */
const MOST_LINES = 512
const CLAIM = 128
/** No further delivery of a line is begun after so long: another turn takes it up. */
const TURN_MS = 5_000
/** The turn, the timeout of the attempt that is then under way, and some air for writing it down. */
const LEASE_MS = TURN_MS + 25_000
/** Turns that end shortly after each other are followed by one claim. */
const GATHER_MS = 5
/** What was begun and could not be worked on: the room shrinks a little. */
const NOTHING_DONE: Turned = { ok: true, taken: 0, ms: Number.POSITIVE_INFINITY }

export function startDelivery(events: Events): Loop {
  const rooms = openRooms()
  const turns = new Set<Promise<void>>()
  let stopping = false
  let soon: NodeJS.Timeout | undefined

  const loop = startLoop<Line>({
    name: 'deliveries',
    claim: limit => claimSome(events, rooms, Math.min(limit, MOST_LINES - turns.size)),
    work: lines => begin(lines),
    limit: CLAIM,
    concurrency: 2,
    poll_ms: 1_000,
    listen: { listener: events.listener, channel: QUEUE_CHANNEL },
    log: events.log,
  })

  async function begin(lines: Line[]): Promise<void> {
    for (const line of lines) rooms.began(line.webhook_id)
    let loaded: Turn[] = []
    try {
      loaded = await loadTurns(events, lines)
    } finally {
      const found = new Set(loaded.map(turn => turn.line))
      for (const line of lines) if (!found.has(line)) rooms.ended(line.webhook_id, NOTHING_DONE)
    }
    for (const turn of loaded) follow(turn)
  }

  function follow(turn: Turn): void {
    const job = runTurn(events, turn, () => stopping)
      .then(how => rooms.ended(turn.line.webhook_id, how))
      .catch(error => {
        rooms.ended(turn.line.webhook_id, NOTHING_DONE)
        events.log.error({ err: error }, 'A line of deliveries could not be worked on')
      })
      .finally(() => {
        turns.delete(job)
        soon ??= setTimeout(() => {
          soon = undefined
          loop.wake()
        }, GATHER_MS)
      })
    turns.add(job)
  }

  events.wakers.add(loop.wake)
  return {
    ...loop,
    busy: () => turns.size + loop.busy(),
    async drain(timeout_ms) {
      stopping = true
      events.wakers.delete(loop.wake)
      await loop.drain(timeout_ms)
      await Promise.all(turns)
      clearTimeout(soon)
    },
  }
}

async function claimSome(events: Events, rooms: Rooms, limit: number): Promise<Line[]> {
  if (limit <= 0) return []
  return claimLines(events.batches, {
    ...{ limit, owner: events.process_id, lease_ms: LEASE_MS, rooms: rooms.left() },
    ...{ usual_room: USUAL_ROOM, suspect_failures: SUSPECT_FAILURES },
  })
}

/** Sends one after the other. What went well is written down while the next is sent; the last word gives the line back. */
async function runTurn(events: Events, turn: Turn, isStopping: () => boolean): Promise<Turned> {
  const end = performance.now() + TURN_MS
  const written: Promise<void>[] = []
  let slowest = 0
  for (const [place, delivery] of turn.deliveries.entries()) {
    const made = await attempt(events, delivery)
    const last = place === turn.deliveries.length - 1 || performance.now() > end || isStopping()
    const release_ms = made.ok ? (last ? 0 : null) : made.retry_ms
    written.push(events.settle({ ...made.outcome, release_ms }))
    slowest = Math.max(slowest, made.ms)
    if (!made.ok || last) {
      await Promise.all(written)
      return { ok: made.ok, taken: place + (made.ok ? 1 : 0), ms: slowest }
    }
  }
  await handBack(events.db, [turn.line], events.process_id)
  return { ok: true, taken: turn.deliveries.length, ms: slowest }
}
