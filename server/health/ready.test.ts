// Which worker counts as stuck: one that slept longer than it means to.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import type { Loop } from '../db/lease.ts'
import { openDatabase } from '../db/pool.ts'
import type { House } from '../house.ts'
import { silentLog } from '../kit/log.ts'
import { readiness } from './ready.ts'

const slept = (ms: number, longest_sleep_ms: number): Loop => ({
  wake() {},
  async drain() {},
  busy: () => 0,
  last_success_at: () => Date.now() - ms,
  longest_sleep_ms,
})

test('a worker that looks once a minute is ready all the while', async () => {
  const database = await testDatabase()
  const db = openDatabase({ url: database.url, max_connections: 1, application_name: 'test', log: silentLog })
  try {
    const house = { db } as House
    const good = await readiness(house, { doctor: slept(71_000, 72_000), messages: slept(20_000, 1_200) })
    assert.deepEqual(good, { status: 'ready', checks: { database: 'ok', doctor: 'ok', messages: 'ok' } })
    const bad = await readiness(house, { doctor: slept(110_000, 72_000), messages: slept(36_000, 1_200) })
    assert.equal(bad.status, 'not_ready')
    assert.match(String(bad.checks.messages), /last looked at its queue 36 s ago/)
    assert.match(String(bad.checks.doctor), /110 s ago/)
  } finally {
    await db.close()
    await database.drop()
  }
})
