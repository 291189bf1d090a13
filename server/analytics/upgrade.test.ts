// An installation that comes from before there were roll-ups: what was sent and received until then is counted all the same.

import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { migrate } from '../db/migrate.ts'
import { type Database, openDatabase } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import { silentLog as silent } from '../kit/log.ts'
import { verifyRollups } from './verify.ts'

const MIGRATIONS = join(import.meta.dirname, '../db/migrations')
const FIRST_OF_ROLLUPS = '0020'
const DAYS = { from: '2026-11-01', until: '2026-12-01' }
const ID = '00000000-0000-4000-8000-000000000001'
const BOB = '00000000-0000-4000-8000-000000000002'

let place: TestDatabase
let db: Database
let folder: string
before(async () => {
  place = await testDatabase({ empty: true })
  db = openDatabase({ url: place.url, max_connections: 3, application_name: 'carom test', log: silent })
  folder = await mkdtemp(join(tmpdir(), 'carom-older-'))
  for (const file of await readdir(MIGRATIONS)) {
    if (file < FIRST_OF_ROLLUPS) await cp(join(MIGRATIONS, file), join(folder, file))
  }
})
after(async () => {
  await db.close()
  await place.drop()
  await rm(folder, { recursive: true })
})

test('what was there before roll-ups is counted by the upgrade', async () => {
  await migrate({ db, folder, log: silent })
  await addMessages()
  const { applied } = await migrate({ db, folder: MIGRATIONS, log: silent })
  assert.ok(applied.some(file => file.startsWith(FIRST_OF_ROLLUPS)))
  const rows = await db.query(sql`
    select kind, label, sum(n)::int as n from rollup_deltas group by 1, 2 order by 1, 2`)
  assert.deepEqual(
    rows.map(({ kind, label, n }) => `${kind} ${label} ${n}`),
    [
      'cost utility:regular:DE 1',
      'failure failed:131026 1',
      'flow delivered 1',
      'flow failed 1',
      'flow inbound 1',
      'flow outbound 2',
      'flow replied 1',
      'flow sent 2',
    ],
  )
  assert.deepEqual(await verifyRollups(db, DAYS), { differences: [], wrong_replies: 0 })
  await db.query(sql`update messages set read_at = '2026-11-03 12:00Z' where id = ${ID}::uuid`)
  assert.deepEqual(await verifyRollups(db, DAYS), { differences: [], wrong_replies: 0 })
})

/** A template that arrived and was answered, and one that failed. */
async function addMessages(): Promise<void> {
  await db.query(sql`insert into tenants (id, name, created_at) values (${ID}::uuid, 'A', now())`)
  await db.query(sql`
    insert into accounts (id, tenant_id, waba_id, status, sandbox, held, created_at, updated_at)
    values (${ID}::uuid, ${ID}::uuid, '7', 'connected', false, true, now(), now())`)
  await db.query(sql`
    insert into phone_numbers (id, tenant_id, account_id, waba_id, phone_number_id, display_phone_number,
      messages_per_second, coexistence, status, sandbox, held, created_at, updated_at)
    values (${ID}::uuid, ${ID}::uuid, ${ID}::uuid, '7', '5', '+4930', 80, false, 'CONNECTED', false, true, now(), now())`)
  const template = { name: 'news', language: 'de', category: 'UTILITY' }
  const price = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' }
  const outbound = { direction: 'outbound', type: 'template', recipient: '+4915100000001', template }
  const accepted = { created_at: '2026-11-03T10:00Z', accepted_at: '2026-11-03T10:00Z' }
  await db.query(sql`
    insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, wamid, recipient, template,
      pricing, error, created_at, accepted_at, sent_at, delivered_at, failed_at)
    select id, ${ID}::uuid, ${ID}::uuid, contact_id, direction, type, status, id::text, recipient, template, pricing, error,
      created_at, accepted_at, sent_at, delivered_at, failed_at
    from json_populate_recordset(null::messages, ${sql.json([
      {
        ...{ id: ID, contact_id: ID, ...outbound, ...accepted, status: 'delivered', pricing: price },
        delivered_at: '2026-11-03T10:01Z',
      },
      {
        ...{ id: BOB, contact_id: BOB, ...outbound, ...accepted, status: 'failed' },
        ...{ error: { code: 131026 }, failed_at: '2026-11-03T10:01Z' },
      },
      {
        ...{ id: '00000000-0000-4000-8000-000000000003', contact_id: ID, direction: 'inbound', type: 'text' },
        ...{ status: 'received', sent_at: '2026-11-03T11:00Z', created_at: '2026-11-03T11:00Z' },
      },
    ])}::json)`)
}
