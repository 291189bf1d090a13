// Hands events out: each that an endpoint wants becomes a delivery in its line. One process at a time does it, whichever
// comes first; nothing is written for tenants without endpoints.

import { type Loop, startLoop } from '../../db/lease.ts'
import { sleep } from '../../kit/backoff.ts'
import type { Events } from '../room.ts'
import { wakeDelivery } from '../wake.ts'
import { fanOut, hasEndpoints, passOver } from './queueQueries.ts'

const BATCH = 1_000
/** What comes within it travels together. */
const GATHER_MS = 10
/** A look by itself, where nobody rang. */
const POLL_MS = 250
/** Without endpoints there is nothing to hand out. */
const IDLE_POLL_MS = 1_000

export function startFanOut(events: Events): Loop {
  let handed_out = 0
  let passed_ms = Number.NEGATIVE_INFINITY

  async function step(): Promise<number> {
    await sleep(GATHER_MS)
    const safe = await events.horizon.read()
    if (safe <= handed_out) return 0
    const { read, stored } = await fanOut(events.db, safe, BATCH)
    if (stored > 0) wakeDelivery(events)
    if (read < BATCH) handed_out = safe
    return read
  }

  async function rest(): Promise<number> {
    const now = performance.now()
    if (now - passed_ms < 20 * IDLE_POLL_MS) return 0
    passed_ms = now
    await passOver(events.db, await events.horizon.read())
    return 0
  }

  const wanted = remembered(() => hasEndpoints(events.db), IDLE_POLL_MS)
  const loop = startLoop<undefined>({
    name: 'fan_out',
    claim: async () => new Array(await ((await wanted()) ? step() : rest())).fill(undefined),
    work: async () => {},
    limit: BATCH,
    concurrency: 1,
    poll_ms: POLL_MS,
    log: events.log,
  })
  const unlisten = events.bell.on(loop.wake)
  return {
    ...loop,
    drain(timeout_ms) {
      unlisten()
      return loop.drain(timeout_ms)
    },
  }
}

/** Asked of the database at most so often. */
function remembered(ask: () => Promise<boolean>, for_ms: number): () => Promise<boolean> {
  let answer = false
  let until_ms = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() < until_ms) return answer
    answer = await ask()
    until_ms = performance.now() + for_ms
    return answer
  }
}
