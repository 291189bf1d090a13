// Workers that share a campaign are killed at any instant: every recipient gets it once, and the counts are exact.

import { after, before, test } from 'node:test'
import type pg from 'pg'
import { CHAOS_ENV, CHAOS_SETTINGS, runChaos } from './campaignChaos.ts'
import { lookInto } from './campaigns.ts'
import { startWorld, type World } from './carom.ts'

let world: World
let db: pg.Pool
before(async () => {
  world = await startWorld({ env: CHAOS_ENV, settings: CHAOS_SETTINGS })
  db = lookInto(world.database_url)
})
after(async () => {
  await db.end()
  await world.close()
})

test('three workers, six kills, three thousand recipients', { timeout: 230_000 }, async t => {
  await runChaos(world, db, {
    ...{ recipients: 3_000, workers: 3, kills: 6, pause_ms: 1_200, timeout_ms: 180_000 },
    tell: line => t.diagnostic(line),
  })
})
