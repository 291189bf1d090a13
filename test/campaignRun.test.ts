// A campaign runs: launched, paused, resumed, cancelled, retried, and everybody gets it once.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import {
  atMeta,
  exactCounts,
  expectStatus,
  listeningLog,
  lookInto,
  newHello,
  toldCounts,
} from './campaigns.ts'
import { eventually, type Journey, startJourney } from './carom.ts'

let carom: Journey
let db: pg.Pool
const { log, errors } = listeningLog()
before(async () => {
  carom = await startJourney({ log, settings: { sent_ms: 20, delivered_ms: 50, read_ms: 100 } })
  db = lookInto(carom.database_url)
})
afterEach(() => assert.deepEqual(errors.splice(0), []))
after(async () => {
  await db.end()
  await carom.close()
})

async function statusOf(id: string): Promise<string> {
  const { rows } = await db.query('select status from campaigns where id = $1', [id])
  return rows[0].status
}

function becomes(id: string, status: string) {
  return eventually(async () => assert.equal(await statusOf(id), status), {
    timeout_ms: 60_000,
    every_ms: 100,
  })
}

const act = (id: string, verb: string, body?: object) =>
  carom.api('POST', `/whatsapp/campaigns/${id}/${verb}`, body)

test('everybody gets it once, and the counts say so', async () => {
  const id = await newHello(carom.api, 600)
  assert.deepEqual(await exactCounts(db, id), counts({ total: 600, pending: 600 }))
  const { body } = expectStatus(await act(id, 'launch'), 202)
  assert.deepEqual([body.status, body.counts.total, body.pause_reason], ['running', 600, null])
  await becomes(id, 'completed')
  await eventually(async () => assert.equal((await toldCounts(db, id)).read, 600), { timeout_ms: 60_000 })
  assert.deepEqual(await exactCounts(db, id), counts({ total: 600, sent: 600, delivered: 600, read: 600 }))
  await onceEach(id, 600)
})

test('paused it stands within a second, resumed it goes on, and nobody gets it twice', async () => {
  const id = await newHello(carom.api, 2_000, { rate_per_second: 200 })
  expectStatus(await act(id, 'launch'), 202)
  await eventually(async () => assert.ok((await toldCounts(db, id)).sent >= 100))
  const paused = expectStatus(await act(id, 'pause'), 200)
  assert.deepEqual([paused.body.status, paused.body.pause_reason.code], ['paused', 'manual'])
  await sleep(1_000)
  const before = await settled(id)
  await sleep(700)
  const standing = await exactCounts(db, id)
  assert.deepEqual([standing.sent, standing.pending], [before.sent, 2_000 - before.sent])
  assert.ok(standing.sent < 1_000, `${standing.sent} went out before it stood`)
  expectStatus(await act(id, 'pause'), 200)
  expectStatus(await act(id, 'resume'), 200)
  await becomes(id, 'completed')
  assert.equal((await settled(id)).sent, 2_000)
  await onceEach(id, 2_000)
})

test('cancelled, whoever has not got it is skipped', async () => {
  const id = await newHello(carom.api, 3_000, { rate_per_second: 300 })
  expectStatus(await act(id, 'launch'), 202)
  await eventually(async () => assert.ok((await toldCounts(db, id)).sent >= 100))
  const { body } = expectStatus(await act(id, 'cancel'), 200)
  assert.deepEqual([body.status, body.completed_at === null], ['cancelled', false])
  const done = await eventually(
    async () => {
      const now = await exactCounts(db, id)
      assert.deepEqual([now.pending, now.unknown], [0, 0])
      return now
    },
    { timeout_ms: 30_000 },
  )
  assert.equal(done.sent + done.skipped, 3_000)
  assert.ok(done.skipped > 1_500)
  await onceEach(id, done.sent)
  for (const verb of ['launch', 'pause', 'resume', 'retry-failed']) {
    assert.deepEqual((await act(id, verb)).body.error?.code, 'invalid_state', verb)
  }
  expectStatus(await act(id, 'cancel'), 200)
})

test('some fail: now, later, and for good; those that may pass get another attempt', async () => {
  const endings = ['9026', '9049', '9403', '9501', '9500', '0001', '0002', '0003']
  const recipients = endings.map((ending, n) => `+4915999${100 + n}${ending}`)
  const id = await newHello(carom.api, recipients)
  expectStatus(await act(id, 'launch'), 202)
  // 131026 and 130403 are for good; 131000 was tried five times; 131049 waits for another day.
  const before = await eventually(
    async () => {
      const now = await exactCounts(db, id)
      assert.deepEqual([now.failed, now.pending, now.read, now.sent], [3, 1, 4, 5])
      return now
    },
    { timeout_ms: 60_000, every_ms: 300 },
  )
  assert.equal(before.total, 8)
  const hopeless = await act(id, 'retry-failed', { causes: [131026, 131000] })
  const { code, param } = hopeless.body.error
  assert.deepEqual([hopeless.status, code, param], [422, 'invalid_parameter', 'causes[0]'])
  const { body } = expectStatus(await act(id, 'retry-failed'), 202)
  assert.deepEqual([body.counts.failed, body.counts.pending], [2, 2])
  await eventually(async () => assert.equal((await exactCounts(db, id)).failed, 3), {
    timeout_ms: 60_000,
    every_ms: 300,
  })
  const { rows } = await db.query(
    `select alias, attempts, due_at > now() + interval '20 hours' as waits from campaign_recipients
     where campaign_id = $1 and (attempts > 1 or alias like '%9049') order by alias`,
    [id],
  )
  assert.deepEqual(rows, [
    { alias: '49159991019049', attempts: 1, waits: true },
    { alias: '49159991049500', attempts: 2, waits: false },
  ])
})

async function settled(id: string) {
  return eventually(async () => {
    const { rows } = await db.query(
      `select count(*)::int as open from messages where campaign_id = $1 and status = 'sending'`,
      [id],
    )
    assert.equal(rows[0].open, 0)
    return exactCounts(db, id)
  })
}

async function onceEach(id: string, count: number): Promise<void> {
  const times = await atMeta(carom)
  const { rows } = await db.query('select alias from campaign_recipients where campaign_id = $1', [id])
  const got = rows.flatMap(({ alias }) => times.get(alias) ?? [])
  assert.deepEqual([got.length, got.filter(n => n !== 1)], [count, []])
}

function counts(some: object) {
  return {
    ...{
      total: 0,
      pending: 0,
      sent: 0,
      delivered: 0,
      read: 0,
      replied: 0,
      failed: 0,
      skipped: 0,
      unknown: 0,
    },
    ...some,
  }
}
