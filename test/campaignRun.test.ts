// A campaign runs: launched, paused, resumed, cancelled, retried, and everybody gets it once.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { atMeta, exactCounts, expectStatus, lookInto, makeCampaign, toldCounts } from './campaigns.ts'
import { eventually, type Journey, startJourney } from './carom.ts'

let carom: Journey
let db: pg.Pool
before(async () => {
  carom = await startJourney({ settings: { sent_ms: 20, delivered_ms: 50, read_ms: 100 } })
  db = lookInto(carom.database_url)
})
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
    timeout_ms: 30_000,
    every_ms: 100,
  })
}

const act = (id: string, verb: string, body: object = {}) =>
  carom.api('POST', `/whatsapp/campaigns/${id}/${verb}`, body)

test('everybody gets it once, and the counts say so', async () => {
  const { id } = await makeCampaign(db, { recipients: 600 })
  assert.deepEqual(await exactCounts(db, id), counts({ total: 600, pending: 600 }))
  const { body } = expectStatus(await act(id, 'launch'), 202)
  assert.deepEqual([body.status, body.counts.total, body.pause_reason], ['running', 600, null])
  await becomes(id, 'completed')
  await eventually(async () => assert.equal((await toldCounts(db, id)).read, 600), { timeout_ms: 20_000 })
  assert.deepEqual(await exactCounts(db, id), counts({ total: 600, sent: 600, delivered: 600, read: 600 }))
  const times = await atMeta(carom)
  assert.deepEqual([times.size, [...times.values()].filter(n => n !== 1)], [600, []])
})

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
