// How fast each number sends. Slots are reserved in PostgreSQL by the handful, so that all processes together keep the
// number's throughput; whoever holds a slot waits for its time and sends. Between reservations nothing asks the database.

import { type Batch, batch } from '../../db/batch.ts'
import type { House } from '../../house.ts'
import { openSlots, type Paced, type Slots } from './behind.ts'
import { AHEAD_MS, type Grant, left, takeNext } from './grants.ts'
import { type Granted, reserve, slowDown, type Wanted } from './queries.ts'

export type PacedNumber = Paced

export type Pace = {
  /** Milliseconds to wait before this number may send one more. A slot is taken by asking. */
  slot(number: PacedNumber): Promise<number>
  /** The slots of campaigns, of a number or of a campaign with a rate of its own. */
  behind(id: string): Slots
  /** Nobody will ask for these slots any more. */
  forget(id: string): void
  /** Meta answered 130429 for this number. */
  throttled(number: PacedNumber, wait_ms: number): Promise<void>
}

type Lane = {
  grants: Grant[]
  /** How many slots the last reservation took, and when. */
  chunk: number
  reserved_ms: number
  waiting: { resolve(wait_ms: number): void; reject(error: unknown): void }[]
  refilling: boolean
}

type Reservation = Batch<Omit<Wanted, 'ord'>, Granted>

export function openPace(house: Pick<House, 'batches'>, now: () => number = () => performance.now()): Pace {
  const lanes = new Map<string, Lane>()
  const behind = new Map<string, Slots>()
  const grant = reservation(house, true)
  const grantBehind = reservation(house, false)

  function slot(number: PacedNumber): Promise<number> {
    const lane = laneOf(lanes, number)
    const wait = lane.waiting.length === 0 ? takeNext(lane.grants, now()) : undefined
    if (wait !== undefined) {
      if (left(lane.grants) < lane.chunk / 4) void refill(number, lane)
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

  return {
    slot,
    behind(id) {
      const known = behind.get(id)
      if (known) return known
      const most = (paced: Paced, slots: number) =>
        grantBehind({ id: paced.id, slots, most: paced.messages_per_second })
      const made = openSlots(most, now)
      behind.set(id, made)
      return made
    },
    forget: id => void behind.delete(id),
    async throttled(number, wait_ms) {
      laneOf(lanes, number).grants = []
      behind.get(number.id)?.clear()
      await slowDown(house.batches, number.id, number.messages_per_second, Math.round(wait_ms))
    },
  }
}

/** One statement for what all lanes want at the moment. A lane asks again only when it was answered, so no id comes twice. */
function reservation(house: Pick<House, 'batches'>, forSingles: boolean): Reservation {
  return batch<Omit<Wanted, 'ord'>, Granted>({
    name: forSingles ? 'pace.reserve' : 'pace.reserve_behind',
    max_in_flight: 1,
    run: async wanted => {
      const numbered = wanted.map((one, ord) => ({ ...one, ord }))
      return inOrder(await reserve(house.batches, numbered, forSingles), wanted.length)
    },
  })
}

async function refillOnce(
  grant: Reservation,
  number: PacedNumber,
  lane: Lane,
  now: () => number,
): Promise<void> {
  const most = number.messages_per_second
  const slots = chunkOf(lane, now(), Math.ceil((most * AHEAD_MS) / 1000))
  lane.chunk = slots
  lane.reserved_ms = now()
  const granted = await grant({ id: number.id, slots, most })
  lane.grants.push({ next_ms: now() + granted.starts_in_ms, interval_ms: 1000 / granted.rate, left: slots })
  while (lane.waiting.length > 0) {
    const wait = takeNext(lane.grants, now())
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
