// The room of tenants and API keys, opened: what the door asks on every request, and what changes of keys must tell.

import type { Listener } from '../db/listen.ts'
import type { Database, Queryable } from '../db/pool.ts'
import type { Authenticate, Limiter } from '../http/door.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { newAuthenticator } from './authenticate.ts'
import { newCache } from './cache.ts'
import { openLimiter } from './limit.ts'
import * as queries from './queries.ts'

export type Keys = {
  db: Database
  clock: Clock
  authenticate: Authenticate
  limiter: Limiter
  /** Within the transaction that changes a key: every process forgets what it knows of it, this one at once. */
  changed(tx: Queryable, key_id: string): Promise<void>
  /** Stops listening, and waits for what is still being stored. */
  close(): Promise<void>
}

const CHANNEL = 'carom_keys'

export function openKeys(house: { db: Database; listener: Listener; clock: Clock; log: Log }): Keys {
  const { db, listener, clock } = house
  const cache = newCache()
  const authenticator = newAuthenticator(house, cache)
  const stops = [
    listener.on(CHANNEL, key_id => cache.drop(key_id)),
    listener.onReconnect(() => cache.clear()),
  ]
  return {
    db,
    clock,
    authenticate: authenticator.authenticate,
    limiter: openLimiter(db),
    async changed(tx, key_id) {
      cache.suspend(key_id)
      await queries.announce(tx, CHANNEL, key_id)
    },
    close() {
      for (const stop of stops) stop()
      return authenticator.drain()
    },
  }
}
