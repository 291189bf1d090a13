// Workers that share a campaign are killed at any instant: every recipient gets it once, and the counts are exact.

import { after, before, test } from 'node:test'
import type pg from 'pg'
import { CHAOS_ENV, CHAOS_SETTINGS, runChaos } from './campaignChaos.ts'
import { lookInto } from './campaigns.ts'
import { startWorld, type World } from './carom.ts'

/** bench/campaignCrash.ts asks for more. */
const recipients = Number(process.env.CHAOS_RECIPIENTS ?? 2_000)
const kills = Number(process.env.CHAOS_KILLS ?? 5)
const workers = Number(process.env.CHAOS_WORKERS ?? 3)
const large = recipients > 10_000

let world: World
let db: pg.Pool
before(async () => {
  // With hundreds of thousands of webhooks under way, one that was refused once is repeated as much as a minute later.
  const env = large ? { ...CHAOS_ENV, CAROM_RECONCILE_SECONDS: '120' } : CHAOS_ENV
  world = await startWorld({ env, settings: CHAOS_SETTINGS })
  db = lookInto(world.database_url)
})
after(async () => {
  await db.end()
  await world.close()
})

test(`${workers} workers, ${kills} kills, ${recipients} recipients`, {
  timeout: large ? 3_600_000 : 230_000,
}, async t => {
  if (large) await world.sim('PATCH', '/_sim/settings', { webhooks: { batch_size: 20, batch_wait_ms: 50 } })
  await runChaos(world, db, {
    ...{ recipients, workers, kills, pause_ms: large ? 6_000 : 1_200 },
    timeout_ms: large ? 3_000_000 : 180_000,
    tell: line => (large ? void process.stderr.write(`${line}\n`) : t.diagnostic(line)),
  })
})
