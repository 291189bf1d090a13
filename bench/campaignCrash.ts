// node bench/campaignCrash.ts [--recipients=100000] [--kills=30] [--workers=3]: the crash journey of a campaign in full. Workers
// are killed again and again; the simulator repeats and reorders its webhooks; at the end everybody has got it once, and the
// counts are exact. Takes some minutes.

import { parseArgs } from 'node:util'
import { CHAOS_ENV, CHAOS_SETTINGS, runChaos } from '../test/campaignChaos.ts'
import { lookInto } from '../test/campaigns.ts'
import { startWorld } from '../test/carom.ts'

const { values } = parseArgs({
  options: {
    recipients: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '30' },
    workers: { type: 'string', default: '3' },
  },
})

const recipients = Number(values.recipients)
const began = performance.now()
const world = await startWorld({ env: CHAOS_ENV, settings: CHAOS_SETTINGS })
const db = lookInto(world.database_url)
try {
  await runChaos(world, db, {
    ...{ recipients, workers: Number(values.workers), kills: Number(values.kills) },
    ...{ pause_ms: 6_000, timeout_ms: 300_000 + recipients * 20 },
    tell: line => void process.stdout.write(`${Math.round((performance.now() - began) / 1000)} s  ${line}\n`),
  })
  process.stdout.write(`${recipients} recipients, ${values.kills} kills: everybody once, counts exact.\n`)
} finally {
  await db.end()
  await world.close()
}
