// Drives one server over a fixed number of connections, as fast as it answers (closed loop) or at a steady rate
// (open loop: latency counts from the moment a request was due, so a server that stalls cannot hide it).

import { type Connection, openConnection } from './connection.ts'
import { type Histogram, note } from './histogram.ts'

export type Run = { url: string; connections: number; duration_ms: number; rate?: number; expect: number }

export type Outcome = {
  /** Answered within the time, and per second of it. */
  answered: number
  per_second: number
  /** Answered as expected, those included that came after the time. */
  ok: number
  /** What else came, by what it was. */
  errors: Record<string, number>
  /** Of the ids in all answers that were as expected. */
  checksum: number
  latency: Histogram
}

type State = Outcome & { began_ms: number; end_ms: number; idle: Lane[]; open: number; settle(): void }

type Lane = { connection: Connection; due_ms: number }

const GRACE_MS = 20_000

/** `next` gives one request after the other, ready to be written. */
export async function run(plan: Run, next: () => string | Buffer): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const now = performance.now()
  const state: State = {
    ...{ answered: 0, per_second: 0, ok: 0, errors: {}, checksum: 0, latency: new Map() },
    ...{ began_ms: now, end_ms: now, idle: [], open: 0, settle: resolve },
  }
  const lanes = await Promise.all(Array.from({ length: plan.connections }, () => openLane(plan, state, next)))
  state.began_ms = performance.now()
  state.end_ms = state.began_ms + plan.duration_ms
  state.idle = [...lanes]
  if (plan.rate === undefined)
    for (const lane of state.idle.splice(0)) issue(state, lane, state.began_ms, next)
  else await pace(plan.rate, state, next)
  const late = setTimeout(resolve, state.end_ms - performance.now() + GRACE_MS)
  if (state.open > 0) await promise
  clearTimeout(late)
  if (state.open > 0) complain(state, 'never answered', state.open)
  for (const lane of lanes) lane.connection.close()
  const { answered, ok, errors, checksum, latency } = state
  return { answered, per_second: (answered * 1000) / plan.duration_ms, ok, errors, checksum, latency }
}

async function openLane(plan: Run, state: State, next: () => string | Buffer): Promise<Lane> {
  const connection = await openConnection(plan.url, {
    answered(status, body) {
      const now = performance.now()
      state.open--
      if (status === plan.expect) count(state, lane, now, body)
      else complain(state, `${status} ${body.slice(0, 200)}`, 1)
      if (plan.rate === undefined && now < state.end_ms) issue(state, lane, now, next)
      else state.idle.push(lane)
      if (state.open === 0 && now >= state.end_ms) state.settle()
    },
    broke: why => complain(state, why, 1),
  })
  const lane: Lane = { connection, due_ms: 0 }
  return lane
}

function issue(state: State, lane: Lane, due_ms: number, next: () => string | Buffer): void {
  state.open++
  lane.due_ms = due_ms
  lane.connection.send(next())
}

function count(state: State, lane: Lane, now: number, body: string): void {
  state.ok++
  if (now <= state.end_ms) state.answered++
  note(state.latency, now - lane.due_ms)
  const id = body.indexOf('"id":"')
  if (id >= 0) state.checksum += Number.parseInt(body.slice(id + 34, id + 42), 16) || 0
}

function complain(state: State, what: string, times: number): void {
  const { errors } = state
  const kinds = Object.keys(errors)
  const name = errors[what] === undefined && kinds.length >= 10 ? 'others' : what
  errors[name] = (errors[name] ?? 0) + times
}

/** Every millisecond: what has become due goes out, over whatever connection is free. */
async function pace(rate: number, state: State, next: () => string | Buffer): Promise<void> {
  let issued = 0
  while (performance.now() < state.end_ms) {
    const due = Math.floor(((performance.now() - state.began_ms) * rate) / 1000)
    while (issued < due) {
      const lane = state.idle.pop()
      if (!lane) break
      issue(state, lane, state.began_ms + (issued++ * 1000) / rate, next)
    }
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}
