// Requests a minute per key, counted across processes without a round trip per request: each process draws chunks of
// the running minute's allowance and spends them from memory. Never more than the limit; what a process has drawn and
// not spent (at most some per cent) is what the others cannot use.

import { performance } from 'node:perf_hooks'
import { batch } from '../db/batch.ts'
import type { Database } from '../db/pool.ts'
import type { Grant, Limiter } from '../http/door.ts'
import * as queries from './limitQueries.ts'

/** What this process knows of a key's minute. `ends_ms` is of the monotonic clock, and never later than the truth. */
type Window = {
  minute: number
  ends_ms: number
  limit: number
  left: number
  used: number
  chunk: number
  exhausted: boolean
  drawing: Promise<void> | undefined
  waiting: number
}

const CHUNKS = 100
const MAX_WINDOWS = 20_000

export function openLimiter(db: Database): Limiter {
  let windows = new Map<string, Window>()
  const drawn = batch<{ key_id: string; window: Window }, queries.Drawn>({
    name: 'keys.draw',
    // What is wanted is worked out here, at the last moment, when all who wait have come.
    run: async items => {
      const draws = items.map(({ key_id, window: { limit, chunk, waiting } }) => {
        return { key_id, want: Math.min(limit, chunk + waiting), allowance: limit }
      })
      const rows = new Map((await queries.draw(db, draws)).map(row => [row.key_id, row]))
      return draws.map(({ key_id }) => rows.get(key_id) ?? new Error(`No window came back for ${key_id}.`))
    },
  })

  function take(key_id: string, limit: number): Grant | Promise<Grant> {
    const window = windowOf(key_id, limit)
    return spend(key_id, window) ?? waitFor(key_id, window)
  }

  function windowOf(key_id: string, limit: number): Window {
    let window = windows.get(key_id)
    if (!window) {
      if (windows.size >= MAX_WINDOWS) windows = living(windows)
      window = { ...EMPTY, limit, chunk: chunkOf(limit) }
      windows.set(key_id, window)
    } else if (window.limit !== limit) {
      Object.assign(window, { limit, chunk: chunkOf(limit), exhausted: false, left: 0 })
    }
    return window
  }

  /** From memory, if this minute's knowledge suffices. */
  function spend(key_id: string, window: Window): Grant | undefined {
    const now = performance.now()
    if (now >= window.ends_ms) return undefined
    if (window.left > 0) {
      window.left--
      const low = window.left * 2 <= window.chunk
      if (low && !window.exhausted && !window.drawing) void draw(key_id, window).catch(() => {})
      return { allowed: true, remaining: remainingOf(window), retry_after_s: 0 }
    }
    if (!window.exhausted) return undefined
    return { allowed: false, remaining: 0, retry_after_s: Math.ceil((window.ends_ms - now) / 1000) }
  }

  async function waitFor(key_id: string, window: Window): Promise<Grant> {
    for (;;) {
      window.waiting++
      try {
        await (window.drawing ?? draw(key_id, window))
      } finally {
        window.waiting--
      }
      const grant = spend(key_id, window)
      if (grant) return grant
    }
  }

  function draw(key_id: string, window: Window): Promise<void> {
    window.drawing = drawNow(key_id, window).finally(() => {
      window.drawing = undefined
    })
    return window.drawing
  }

  async function drawNow(key_id: string, window: Window): Promise<void> {
    const began = performance.now()
    const row = await drawn({ key_id, window })
    if (row.allowance !== window.limit) return // it was changed meanwhile: draw again
    if (row.minute !== window.minute) window.left = 0
    window.minute = row.minute
    window.ends_ms = began + row.left_ms
    window.left += row.granted
    window.used = row.used
    window.exhausted = row.used >= window.limit
  }

  return { take }
}

const EMPTY: Omit<Window, 'limit' | 'chunk'> = {
  minute: 0,
  ends_ms: 0,
  left: 0,
  used: 0,
  exhausted: false,
  drawing: undefined,
  waiting: 0,
}

function chunkOf(limit: number): number {
  return Math.max(1, Math.floor(limit / CHUNKS))
}

function remainingOf({ limit, used, left }: Window): number {
  return Math.max(0, limit - used + left)
}

function living(windows: Map<string, Window>): Map<string, Window> {
  const now = performance.now()
  const alive = [...windows].filter(([, window]) => window.drawing || window.ends_ms > now)
  return new Map(alive.length < MAX_WINDOWS ? alive : [])
}
