// Up to where events may be read. Numbers are drawn before they are committed, so the newest row is no safe end: one with a
// lower number may still appear, and a reader whose cursor has passed it would never see it. In the order of the numbers,
// what happened after something else comes after it, because rows are written one after the other.

import type { Database } from '../db/pool.ts'
import { readHorizon, writersOfEvents } from './horizonQueries.ts'

export type Horizon = {
  /** Every event up to this number is committed or will never be. One query; asked at once by many, it is shared. */
  read(): Promise<number>
  /** The same, waiting a moment until what was recorded before the call may be read. */
  readAll(patience_ms: number): Promise<number>
}

/**
 * `seq`: the last number drawn at a moment; `next_xid`: a transaction id that was given just after it. Every event gets
 * its number within a transaction that has its id already. So once all transactions before `next_xid` are over, nobody
 * holds a number up to `seq` any more.
 */
type Sample = { seq: number; next_xid: number; at_ms: number; writers?: Set<string> }

/** How long a transaction that writes something else entirely may hold back events, before it is looked at. */
const SUSPICIOUS_MS = 250
const STEP_MS = 10

export function openHorizon(db: Database): Horizon {
  let safe = 0
  let samples: Sample[] = []
  let reading: Promise<number> | undefined
  let newest = 0

  async function look(): Promise<number> {
    const { seq, next_xid, oldest_xid } = await readHorizon(db, samples.at(-1)?.seq ?? safe)
    newest = seq
    if (next_xid !== null) samples.push({ seq, next_xid, at_ms: performance.now() })
    settle(sample => sample.next_xid <= oldest_xid)
    const old = performance.now() - SUSPICIOUS_MS
    await suspect(samples.filter(sample => sample.at_ms < old))
    return safe
  }

  function settle(isOver: (sample: Sample) => boolean): void {
    const over = samples.filter(isOver)
    safe = Math.max(safe, ...over.map(sample => sample.seq))
    samples = samples.filter(sample => sample.seq > safe)
  }

  /** Some transaction takes long, an import perhaps. Only those that hold the table of events can hold a number. */
  async function suspect(late: Sample[]): Promise<void> {
    if (late.length === 0) return
    const now = await writersOfEvents(db)
    for (const sample of late) {
      sample.writers = new Set(sample.writers ? now.filter(one => sample.writers?.has(one)) : now)
    }
    settle(sample => sample.writers?.size === 0)
  }

  function read(): Promise<number> {
    reading ??= look().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function readAll(patience_ms: number): Promise<number> {
    const end = performance.now() + patience_ms
    await reading // it may have looked before what is asked for
    await read()
    for (const wanted = newest; safe < wanted && performance.now() < end; ) {
      await new Promise(resolve => setTimeout(resolve, STEP_MS))
      await read()
    }
    return safe
  }

  return { read, readAll }
}
