// Whose key is it? From memory where it can be told, else from the database, many at once. Changes of keys reach the
// memory of every process by NOTIFY; should one get lost, 30 seconds later at the latest.

import { timingSafeEqual } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { batch } from '../db/batch.ts'
import type { Database } from '../db/pool.ts'
import type { Authenticate, Refusal } from '../http/door.ts'
import type { Principal } from '../http/route.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Cache, Known } from './cache.ts'
import * as queries from './queries.ts'
import { hashToken, isToken } from './tokens.ts'

const MAX_AGE_MS = 30_000
const STAMP_EVERY_MS = 60_000

export type Authenticator = { authenticate: Authenticate; drain(): Promise<void> }

export function newAuthenticator(
  house: { db: Database; clock: Clock; log: Log },
  cache: Cache,
): Authenticator {
  const { db, clock, log } = house
  const find = batch<Buffer, queries.KnownRow | undefined>({
    name: 'keys.find',
    run: async hashes => {
      const rows = new Map((await queries.findByHash(db, hashes)).map(row => [row.hash.toString('hex'), row]))
      return hashes.map(hash => rows.get(hash.toString('hex')))
    },
  })
  const stamp = batch<{ id: string; at: Date }, void>({
    name: 'keys.stamp',
    run: async rows => {
      await queries.stamp(db, rows)
      return rows.map(() => undefined)
    },
  })

  function admit(known: Known): Principal | Refusal {
    const now_ms = clock.nowMs()
    if (now_ms >= known.valid_until_ms) return 'expired_api_key'
    if (now_ms - known.last_used_ms >= STAMP_EVERY_MS) {
      known.last_used_ms = now_ms
      stamp({ id: known.principal.key_id, at: new Date(now_ms) }).catch(err => {
        log.warn({ err }, 'When a key was last used could not be stored')
      })
    }
    return known.principal
  }

  async function lookUp(hash: Buffer, name: string): Promise<Principal | Refusal> {
    const generation = cache.generation()
    const row = await find(hash)
    const unchanged = generation === cache.generation()
    if (!row || !timingSafeEqual(row.hash, hash)) {
      if (unchanged) cache.putUnknown(name)
      return 'invalid_api_key'
    }
    const known = knownOf(row)
    if (unchanged) cache.put(name, known)
    return admit(known)
  }

  return {
    authenticate(token) {
      if (!isToken(token)) return 'invalid_api_key'
      const hash = hashToken(token)
      const name = hash.toString('latin1')
      const known = cache.get(name)
      if (known && timingSafeEqual(known.hash, hash) && performance.now() - known.read_ms < MAX_AGE_MS) {
        return admit(known)
      }
      if (!known && cache.isUnknown(name)) return 'invalid_api_key'
      return lookUp(hash, name)
    },
    drain: () => stamp.drain(),
  }
}

function knownOf(row: queries.KnownRow): Known {
  const principal: Principal = Object.freeze({
    key_id: row.id,
    tenant_id: row.tenant_id,
    scopes: Object.freeze(row.scopes),
    sandbox_only: row.sandbox,
    owner: row.owner,
    first_tenant: row.first_tenant,
    rate_limit_rpm: row.rate_limit_rpm,
  })
  return {
    principal,
    hash: row.hash,
    valid_until_ms: Math.min(row.valid_until?.getTime() ?? Infinity, row.expires_at?.getTime() ?? Infinity),
    last_used_ms: row.last_used_at?.getTime() ?? 0,
    read_ms: performance.now(),
  }
}
