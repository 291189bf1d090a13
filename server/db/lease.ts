/**
 * One loop for every queue whose rows live in a table: claim some, work on them, sleep when there are none. What
 * "claim" means (skip locked, lease columns) is the SQL of the room; the loop never ends on an error, it slows down.
 */

import type { Log } from '../kit/log.ts'
import type { Listener } from './listen.ts'

export type Loop = {
  /** There may be work: claim now. */
  wake(): void
  /** Stop claiming and finish what is in flight, at most so long. */
  drain(timeout_ms?: number): Promise<void>
  /** Items being worked on. */
  busy(): number
  /** When a claim last went through, empty or not (milliseconds since 1970). */
  last_success_at(): number | undefined
  /** How long it sleeps at most where nothing wakes it. */
  longest_sleep_ms: number
}
export type LoopOptions<T> = {
  name: string
  claim(limit: number): Promise<T[]>
  work(items: T[]): Promise<void>
  limit: number
  /** Claims being worked on at once. */
  concurrency: number
  poll_ms: number
  listen?: { listener: Listener; channel: string }
  log: Log
  now?: () => number
}

const FIRST_BACKOFF_MS = 100
const LAST_BACKOFF_MS = 5_000

export function startLoop<T>(options: LoopOptions<T>): Loop {
  const { name, claim, limit, concurrency, poll_ms, log, now = Date.now } = options
  const running = new Set<Promise<void>>()
  const bell = alarm()
  let items_busy = 0
  let failures = 0
  let stopping = false
  let last_success: number | undefined

  async function turn(): Promise<void> {
    if (failures > 0) await bell.pause(backoff(failures))
    while (running.size >= concurrency) await Promise.race(running)
    if (stopping) return
    bell.reset()
    const items = await claim(limit)
    last_success = now()
    if (items.length === 0) failures = 0
    else start(items)
    if (items.length < limit && !stopping) await bell.wait(jitter(poll_ms))
  }

  function start(items: T[]): void {
    items_busy += items.length
    const job = attempt(items).finally(() => {
      items_busy -= items.length
      running.delete(job)
      bell.ring() // what waited behind these rows can be claimed now
    })
    running.add(job)
  }

  async function attempt(items: T[]): Promise<void> {
    try {
      await options.work(items)
      failures = 0
    } catch (error) {
      failures++
      log.error({ err: error, loop: name, items: items.length }, 'Work on claimed rows failed')
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        await turn()
      } catch (error) {
        failures++
        log.error({ err: error, loop: name, failures }, 'Claiming rows failed; trying again')
      }
    }
  }

  const unlisten = listenFor(options, bell.ring)
  const ended = run()
  return {
    wake: bell.ring,
    busy: () => items_busy,
    last_success_at: () => last_success,
    longest_sleep_ms: poll_ms * (1 + JITTER),
    async drain(timeout_ms = 30_000) {
      stopping = true
      unlisten()
      bell.cancel()
      const finished = ended.then(() => Promise.all(running))
      if (!(await within(finished, timeout_ms))) {
        log.warn({ loop: name, items: items_busy }, 'Work was still going on when the loop had to stop')
      }
    },
  }
}

function listenFor(
  options: { listen?: { listener: Listener; channel: string } },
  wake: () => void,
): () => void {
  if (!options.listen) return () => {}
  const { listener, channel } = options.listen
  const stops = [listener.on(channel, wake), listener.onReconnect(wake)]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Sleeps that can be cut short. A ring during work is remembered, so that none falls between claim and sleep. */
function alarm() {
  let rung = false
  let cancelled = false
  let waiting: { done(): void; by_ring: boolean } | undefined
  const sleep = (ms: number, by_ring: boolean) =>
    new Promise<void>(resolve => {
      if (cancelled || (by_ring && rung)) return resolve()
      const timer = setTimeout(() => waiting?.done(), ms)
      waiting = {
        by_ring,
        done() {
          clearTimeout(timer)
          waiting = undefined
          resolve()
        },
      }
    })
  return {
    ring() {
      rung = true
      if (waiting?.by_ring) waiting.done()
    },
    reset() {
      rung = false
    },
    cancel() {
      cancelled = true
      waiting?.done()
    },
    wait: (ms: number) => sleep(ms, true),
    pause: (ms: number) => sleep(ms, false),
  }
}

const backoff = (failures: number) =>
  Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 10)) * (0.75 + Math.random() / 4)
const JITTER = 0.2
const jitter = (ms: number) => ms * (1 - JITTER + Math.random() * 2 * JITTER)

async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const won = await Promise.race([work.then(() => true), late])
  clearTimeout(timer)
  return won
}
