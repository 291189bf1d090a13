// How fast each number sends. Slots are reserved in PostgreSQL by the handful, so that all processes together keep the
// number's throughput; whoever holds a slot waits for its time and sends. Between reservations nothing asks the database.

import { type Batch, batch } from '../../db/batch.ts'
import type { House } from '../../house.ts'
import { type Granted, reserve, slowDown, type Wanted } from './queries.ts'

export type PacedNumber = { id: string; messages_per_second: number }

export type Pace = {
  /** Milliseconds to wait before this number may send one more. A slot is taken by asking. */
  slot(number: PacedNumber): Promise<number>
  /** Meta answered 130429 for this number. */
  throttled(number: PacedNumber, wait_ms: number): Promise<void>
}

type Grant = { next_ms: number; interval_ms: number; left: number }

type Lane = {
  grants: Grant[]
  /** How many slots the last reservation took, and when. */
  chunk: number
  reserved_ms: number
  waiting: { resolve(wait_ms: number): void; reject(error: unknown): void }[]
  refilling: boolean
}

/** Not more slots than for so long are taken ahead, and a slot that was not used for so long is lost: no bursts. */
const AHEAD_MS = 100

export function openPace(house: Pick<House, 'batches'>, now: () => number = () => performance.now()): Pace {
  const lanes = new Map<string, Lane>()
  const grant = batch<Omit<Wanted, 'ord'>, Granted>({
    name: 'pace.reserve',
    max_in_flight: 1,
    run: async wanted =>
      inOrder(
        await reserve(
          house.batches,
          wanted.map((w, ord) => ({ ...w, ord })),
        ),
        wanted.length,
      ),
  })

  function slot(number: PacedNumber): Promise<number> {
    const lane = laneOf(lanes, number)
    const wait = lane.waiting.length === 0 ? takeSlot(lane, now()) : undefined
    if (wait !== undefined) {
      if (left(lane) < lane.chunk / 4) void refill(number, lane)
      return Promise.resolve(wait)
    }
    return new Promise((resolve, reject) => {
      lane.waiting.push({ resolve, reject })
      void refill(number, lane)
    })
  }

  async function refill(number: PacedNumber, lane: Lane): Promise<void> {
    if (lane.refilling) return
    lane.refilling = true
    try {
      do await refillOnce(grant, number, lane, now)
      while (lane.waiting.length > 0)
    } catch (error) {
      for (const waiter of lane.waiting.splice(0)) waiter.reject(error)
    } finally {
      lane.refilling = false
    }
  }

  async function throttled(number: PacedNumber, wait_ms: number): Promise<void> {
    const lane = laneOf(lanes, number)
    lane.grants = []
    await slowDown(house.batches, number.id, number.messages_per_second, Math.round(wait_ms))
  }

  return { slot, throttled }
}

async function refillOnce(
  grant: Batch<Omit<Wanted, 'ord'>, Granted>,
  number: PacedNumber,
  lane: Lane,
  now: () => number,
): Promise<void> {
  const most = number.messages_per_second
  const slots = chunkOf(lane, now(), Math.ceil((most * AHEAD_MS) / 1000))
  lane.chunk = slots
  lane.reserved_ms = now()
  const granted = await grant({ phone_number_id: number.id, slots, most })
  lane.grants.push({ next_ms: now() + granted.starts_in_ms, interval_ms: 1000 / granted.rate, left: slots })
  while (lane.waiting.length > 0) {
    const wait = takeSlot(lane, now())
    if (wait === undefined) break
    lane.waiting.shift()?.resolve(wait)
  }
}

/** Doubled while slots are used up faster than they are worth asking for, halved while they are not. */
function chunkOf(lane: Lane, now_ms: number, most: number): number {
  const quick = now_ms - lane.reserved_ms < AHEAD_MS / 2
  const wanted = quick ? lane.chunk * 2 : Math.ceil(lane.chunk / 2)
  return Math.max(1, lane.waiting.length, Math.min(most, wanted))
}

function takeSlot(lane: Lane, now_ms: number): number | undefined {
  for (let grant = lane.grants[0]; grant; grant = lane.grants[0]) {
    const at_ms = grant.next_ms
    grant.next_ms += grant.interval_ms
    grant.left--
    if (grant.left <= 0) lane.grants.shift()
    if (at_ms < now_ms - 2 * AHEAD_MS) continue
    return Math.max(0, at_ms - now_ms)
  }
  return undefined
}

function left(lane: Lane): number {
  return lane.grants.reduce((sum, grant) => sum + grant.left, 0)
}

function laneOf(lanes: Map<string, Lane>, number: PacedNumber): Lane {
  let lane = lanes.get(number.id)
  if (!lane) {
    lane = { grants: [], chunk: 1, reserved_ms: 0, waiting: [], refilling: false }
    lanes.set(number.id, lane)
  }
  return lane
}

function inOrder(granted: Granted[], length: number): Granted[] {
  const sorted = new Array<Granted>(length)
  for (const one of granted) sorted[one.ord] = one
  return sorted
}
