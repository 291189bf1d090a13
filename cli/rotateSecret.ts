// `carom rotate-secret`: a new key for everything that is sealed at rest, while Carom runs.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, readConfig } from '../server/config.ts'
import type { Database } from '../server/db/pool.ts'
import { reseal } from '../server/db/reseal.ts'
import { newSecretKey, openSealer } from '../server/kit/seal.ts'
import { SECRETS_CHANNEL, sealedColumns } from '../server/sealed.ts'
import { secretKeys, writeKeys } from '../server/secretKeys.ts'
import { type Command, CommandError, type Given } from './command.ts'
import { withDatabase } from './database.ts'
import { printJson, say, tone } from './print.ts'

/** Until every process has heard of the new key and seals with it. */
const HEARD_MS = 2_000

export const command: Command = {
  about:
    'Seals tokens, PINs and other secrets with a new key. Where the key lies in DATA_DIR, it makes the new one itself, and\nrunning processes take it up at once. Where it is a setting: put the new key before the old one in CAROM_SECRET_KEY\n(separated by a comma), restart every process, then run this; afterwards the old one may go.',
  usage: ['', '--forget-old'],
  options: {
    'forget-old': {
      type: 'boolean',
      about: 'Remove old keys from DATA_DIR, a day later, if nothing is sealed with them.',
    },
  },
  examples: ['carom rotate-secret', 'CAROM_SECRET_KEY=NEW,OLD DATABASE_URL=postgres://… carom rotate-secret'],
  async run(given) {
    const config = readConfig(process.env)
    const keys = await secretKeys(config)
    const is_setting = (config.CAROM_SECRET_KEY?.length ?? 0) > 0
    if (given.flag('forget-old')) return forgetOld(given, config, keys, is_setting)
    if (is_setting && keys.length < 2) {
      throw new CommandError(
        'CAROM_SECRET_KEY holds one key; put a new one before it: CAROM_SECRET_KEY=NEW,OLD.',
      )
    }
    const now = is_setting ? keys : [newSecretKey(), ...keys]
    if (!is_setting) await writeKeys(config, now)
    const sealed = await withDatabase(config, db => sealAll(db, now))
    if (given.flag('json')) return printJson({ sealed, keys: now.length })
    say(`${tone('Sealed anew', 'good')}  ${sealed} secrets`)
    say(
      is_setting
        ? 'In a day (answers kept for Idempotency-Keys end by then) take the old key out of CAROM_SECRET_KEY.'
        : 'The old key stays in DATA_DIR/secret.key for answers kept for Idempotency-Keys. In a day: carom rotate-secret --forget-old',
    )
  },
}

/** Twice: what a process sealed with the old key until it heard of the new one is found the second time. */
async function sealAll(db: Database, keys: string[]): Promise<number> {
  await db.pool.query('select pg_notify($1, $2)', [SECRETS_CHANNEL, ''])
  const before = await sealOnce(db, keys)
  await sleep(HEARD_MS)
  return before + (await sealOnce(db, keys))
}

async function sealOnce(db: Database, keys: string[]): Promise<number> {
  const sealer = openSealer(keys)
  let sealed = 0
  for (const column of sealedColumns) sealed += await reseal(db, column, sealer, sealer.mark())
  return sealed
}

async function forgetOld(given: Given, config: Config, keys: string[], is_setting: boolean): Promise<void> {
  if (is_setting)
    throw new CommandError('The keys are a setting: take the old ones out of CAROM_SECRET_KEY yourself.')
  const [newest = '', ...old] = keys
  const left = await withDatabase(config, db => sealOnce(db, keys))
  await writeKeys(config, [newest])
  if (given.flag('json')) return printJson({ forgotten: old.length, sealed: left })
  say(`${tone('Forgotten', 'good')}  ${old.length} old ${old.length === 1 ? 'key' : 'keys'}`)
}
