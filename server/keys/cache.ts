// What is known of keys, by the hash of their secret: who they are, and for a moment, who they are not. Bounded; the
// least used half falls out. It asks nobody and decides nothing.

import { performance } from 'node:perf_hooks'
import type { Principal } from '../http/route.ts'

export type Known = {
  principal: Principal
  hash: Buffer
  /** Milliseconds of the business clock; Infinity for keys that do not expire. */
  valid_until_ms: number
  /** When it was last seen to be used, as stored or as sent to be stored. */
  last_used_ms: number
  /** Monotonic: when it was read from the database. */
  read_ms: number
}

export type Cache = {
  get(hash: string): Known | undefined
  isUnknown(hash: string): boolean
  /** Changes whenever something is dropped: what was read before that must not be put in. */
  generation(): number
  put(hash: string, known: Known): void
  putUnknown(hash: string): void
  /** Drops a key's secrets; for a moment nothing of it is kept, until its change is committed for sure. */
  suspend(key_id: string): void
  drop(key_id: string): void
  clear(): void
}

const HALF = 5_000
const UNKNOWN_MS = 1_000
const MAX_UNKNOWN = 10_000
const SUSPENDED_MS = 5_000

export function newCache(): Cache {
  let young = new Map<string, Known>()
  let old = new Map<string, Known>()
  const unknown = new Map<string, number>()
  const suspended = new Map<string, number>()
  let generation = 0

  function drop(key_id: string): void {
    generation++
    unknown.clear()
    for (const half of [young, old]) {
      for (const [hash, { principal }] of half) if (principal.key_id === key_id) half.delete(hash)
    }
  }

  function put(hash: string, known: Known): void {
    const until = suspended.get(known.principal.key_id)
    if (until !== undefined && performance.now() < until) return
    if (until !== undefined) suspended.delete(known.principal.key_id)
    if (young.size >= HALF) {
      old = young
      young = new Map()
    }
    young.set(hash, known)
  }

  return {
    get(hash) {
      const known = young.get(hash)
      if (known) return known
      const older = old.get(hash)
      if (older) put(hash, older)
      return older
    },
    isUnknown(hash) {
      const until = unknown.get(hash)
      return until !== undefined && performance.now() < until
    },
    generation: () => generation,
    put,
    putUnknown(hash) {
      if (unknown.size >= MAX_UNKNOWN) unknown.clear()
      unknown.set(hash, performance.now() + UNKNOWN_MS)
    },
    suspend(key_id) {
      suspended.set(key_id, performance.now() + SUSPENDED_MS)
      drop(key_id)
    },
    drop,
    clear() {
      generation++
      young = new Map()
      old = new Map()
      unknown.clear()
    },
  }
}
