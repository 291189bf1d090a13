// What every room stands on: settings, time, logs, the database, Meta, and the key that seals secrets.
// Built once by main.ts and handed down; nothing here is global.

import type { Config } from './config.ts'
import type { Listener } from './db/listen.ts'
import type { Notifier } from './db/notify.ts'
import type { Database } from './db/pool.ts'
import type { Clock } from './kit/clock.ts'
import type { Log } from './kit/log.ts'
import type { Sealer } from './kit/seal.ts'
import type { Tracer } from './kit/trace.ts'
import type { Meta } from './meta/client.ts'

export type House = {
  config: Config
  clock: Clock
  log: Log
  db: Database
  /** Connections with fixed plans (index lookups in nested loops), for the batched statements of the hot path only. */
  batches: Database
  listener: Listener
  notify: Notifier
  meta: Meta
  sealer: Sealer
  tracer: Tracer
  /** Names this process among its siblings, in leases and logs. */
  process_id: string
}
