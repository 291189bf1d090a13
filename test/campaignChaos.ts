// A campaign among processes that are killed again and again: one that serves the API, and workers that share the campaign.
// The simulator repeats and reorders its webhooks. Used by the test with thousands of recipients and the benchmark with a
// hundred thousand.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { verifyRollups } from '../server/analytics/verify.ts'
import { openDatabase } from '../server/db/pool.ts'
import { silentLog } from '../server/kit/log.ts'
import { atMeta, exactCounts, newHello, toldCounts } from './campaigns.ts'
import { apiOf, eventually, type Gateway, spawnGateway, type World } from './carom.ts'

export type Chaos = {
  recipients: number
  workers: number
  kills: number
  /** Between two kills, at most. */
  pause_ms: number
  timeout_ms: number
  tell(line: string): void
}

export const CHAOS_ENV = {
  CAROM_SEND_TIMEOUT_MS: '4000',
  // Longer than webhooks take on a machine that is busy with other tests.
  CAROM_RECONCILE_SECONDS: '12',
  LOG_LEVEL: 'error',
}

export const CHAOS_SETTINGS = {
  ...{ latency_ms: 40, sent_ms: 20, delivered_ms: 60, read_ms: 150 },
  webhooks: { duplicate_rate: 0.05, reorder: true, retry_first_ms: 100 },
}

export async function runChaos(world: World, db: pg.Pool, chaos: Chaos): Promise<void> {
  const api = spawnGateway({ ...world.env, CAROM_ROLE: 'api' })
  const workers: Gateway[] = []
  try {
    const url = await api.ready()
    const start = () => spawnGateway({ ...world.env, CAROM_ROLE: 'worker', PORT: '0' })
    for (let n = 0; n < chaos.workers; n++) workers.push(start())
    const call = apiOf(url, world.owner_key)
    const id = await newHello(call, chaos.recipients)
    const launched = await call('POST', `/whatsapp/campaigns/${id}/launch`, {})
    assert.equal(launched.status, 202, launched.text)
    await killAndLook(db, id, workers, start, chaos)
    await allSent(db, id, chaos)
    await compare(world, db, id, chaos)
    assert.deepEqual(
      [api, ...workers].map(gateway => gateway.stderr().trim()),
      [api, ...workers].map(() => ''),
    )
  } finally {
    await Promise.all([api, ...workers].map(gateway => gateway.kill('SIGKILL')))
  }
}

/** Whenever it is looked at, every recipient is in exactly one place. */
async function killAndLook(
  db: pg.Pool,
  id: string,
  workers: Gateway[],
  start: () => Gateway,
  chaos: Chaos,
): Promise<void> {
  await eventually(async () => assert.ok((await toldCounts(db, id)).sent > 0), { timeout_ms: 60_000 })
  for (let kill = 0; kill < chaos.kills; kill++) {
    await sleep(Math.random() * chaos.pause_ms)
    const at = Math.floor(Math.random() * workers.length)
    await workers[at]?.kill('SIGKILL')
    workers[at] = start()
    const { total, pending, sent, unknown, failed, skipped } = await toldCounts(db, id)
    assert.equal(pending + sent + unknown + failed + skipped, total)
    chaos.tell(`kill ${kill + 1}: ${sent} sent, ${pending} pending, ${unknown} unknown`)
  }
}

async function allSent(db: pg.Pool, id: string, { recipients, timeout_ms, tell }: Chaos): Promise<void> {
  let last = ''
  await eventually(
    async () => {
      const now = await toldCounts(db, id)
      const line = JSON.stringify(now)
      if (line !== last) tell(line)
      last = line
      assert.equal(now.read, recipients, line)
      const { rows } = await db.query('select status from campaigns where id = $1', [id])
      assert.equal(rows[0].status, 'completed')
    },
    { timeout_ms, every_ms: 1_000 },
  )
}

async function compare(world: World, db: pg.Pool, id: string, { recipients }: Chaos): Promise<void> {
  const times = await atMeta(world)
  const twice = [...times].filter(([, count]) => count !== 1)
  assert.deepEqual([times.size, twice], [recipients, []])
  const rest = { pending: 0, replied: 0, failed: 0, skipped: 0, unknown: 0 }
  assert.deepEqual(await exactCounts(db, id), {
    ...{ total: recipients, sent: recipients, delivered: recipients, read: recipients },
    ...rest,
  })
  await rollupsAreRight(world)
}

/** `carom rollups verify` of these days: what analytics answer is what the messages say. */
async function rollupsAreRight(world: World): Promise<void> {
  const day = (by: number) => new Date(Date.now() + by * 86_400_000).toISOString().slice(0, 10)
  const settings = { max_connections: 2, application_name: 'carom test', log: silentLog }
  const db = openDatabase({ url: world.database_url, ...settings })
  try {
    const days = { from: day(-2), until: day(2) }
    assert.deepEqual(await verifyRollups(db, days), { differences: [], wrong_replies: 0 })
  } finally {
    await db.close()
  }
}
