// The database that the settings name, for commands that need no running Carom: the one of DATABASE_URL, or the embedded
// one, which is started for the while where it does not run already.

import type { Config } from '../server/config.ts'
import { runningUrl } from '../server/db/embedded/running.ts'
import { startEmbedded } from '../server/db/embedded.ts'
import { type Database, openDatabase } from '../server/db/pool.ts'
import { silentLog } from '../server/kit/log.ts'

export async function withDatabase<T>(config: Config, work: (db: Database) => Promise<T>): Promise<T> {
  const given = config.DATABASE_URL ?? (await runningUrl(config.DATA_DIR).catch(() => undefined))
  const embedded = given ? undefined : await startEmbedded({ data_dir: config.DATA_DIR, log: silentLog })
  try {
    const db = openDatabase({
      url: given ?? (embedded?.url as string),
      max_connections: 2,
      application_name: 'carom command',
      log: silentLog,
      statement_timeout_ms: 0,
    })
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  } finally {
    await embedded?.stop()
  }
}
