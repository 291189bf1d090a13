// `carom migrate`: the schema of this version, ahead of a start. A start does the same by itself.

import { join } from 'node:path'
import { readConfig } from '../server/config.ts'
import { migrate } from '../server/db/migrate.ts'
import { checkVersion } from '../server/db/version.ts'
import { silentLog } from '../server/kit/log.ts'
import type { Command } from './command.ts'
import { withDatabase } from './database.ts'
import { printJson, say, tone } from './print.ts'

export const command: Command = {
  about:
    'Brings the database (DATABASE_URL, or the embedded one) to the schema of this version. Safe to repeat, and to\nrun from several machines at once.',
  usage: [''],
  options: {},
  examples: ['DATABASE_URL=postgres://… carom migrate'],
  async run(given) {
    const { applied } = await withDatabase(readConfig(process.env), async db => {
      await checkVersion(db)
      return migrate({ db, folder: join(import.meta.dirname, '../server/db/migrations'), log: silentLog })
    })
    if (given.flag('json')) return printJson({ applied })
    if (applied.length === 0) return say(`${tone('Up to date', 'good')}  nothing was to be done`)
    for (const file of applied) say(`${tone('Applied', 'good')}  ${file}`)
  },
}
