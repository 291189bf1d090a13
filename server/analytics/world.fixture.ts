// A house with one account and two numbers for the tests of analytics: messages are written straight into their table.

import { testDatabase } from '../../test/database.ts'
import { openAccounts } from '../accounts/room.ts'
import { readConfig } from '../config.ts'
import { copyInto } from '../db/copy.ts'
import type { Database, Row } from '../db/pool.ts'
import { openDatabase } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { House } from '../house.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { type Analytics, openAnalytics, prepareAnalytics } from './room.ts'

export const TENANT = '019a0000-0000-7000-8000-000000000001'
export const ACCOUNT = '019a0000-0000-7000-8000-000000000002'
export const NUMBER = '019a0000-0000-7000-8000-000000000011'
export const SECOND = '019a0000-0000-7000-8000-000000000012'

export type World = { analytics: Analytics; db: Database; setNow(at: string): void; close(): Promise<void> }

export async function startWorld(env: Record<string, string> = {}): Promise<World> {
  const database = await testDatabase()
  const db = openDatabase({
    url: database.url,
    max_connections: 4,
    application_name: 'test of analytics',
    log: silentLog,
  })
  let now = Date.parse('2026-11-20T12:00:00Z')
  const house = {
    config: readConfig(env),
    clock: { nowMs: () => now, now: () => new Date(now) },
    log: silentLog,
    db,
    batches: db,
    listener: { on: () => () => {}, onReconnect: () => () => {}, close: async () => {} },
    notify: { notify: async () => {} },
  } as unknown as House
  const analytics = openAnalytics(house, openAccounts(house))
  await prepareAnalytics(analytics)
  await connect(db)
  return {
    analytics,
    db,
    setNow(at) {
      now = Date.parse(at)
    },
    async close() {
      await db.close()
      await database.drop()
    },
  }
}

async function connect(db: Database): Promise<void> {
  await db.query(sql`
    insert into tenants (id, name, created_at) values (${TENANT}, 'Test', now())`)
  await db.query(sql`
    insert into accounts (id, tenant_id, waba_id, currency, timezone_id, business_id, status, sandbox, held, created_at,
      updated_at)
    values (${ACCOUNT}, ${TENANT}, '700', 'USD', '47', '800', 'connected', false, true, now(), now())`)
  for (const [n, id] of [NUMBER, SECOND].entries()) {
    await db.query(sql`
      insert into phone_numbers (id, tenant_id, account_id, waba_id, phone_number_id, display_phone_number,
        messages_per_second, coexistence, status, sandbox, held, created_at, updated_at)
      values (${id}, ${TENANT}, ${ACCOUNT}, '700', ${`50${n}`}, ${`+1 555 010 000${n}`}, 80, false, 'CONNECTED', false, true,
        now(), now())`)
  }
}

/** Columns of messages; what is left out is an accepted template to Germany. */
export async function addMessages(db: Database, rows: Row[]): Promise<string[]> {
  const whole = rows.map(row => ({
    id: newId(Date.parse(row.created_at ?? row.accepted_at ?? row.sent_at)),
    tenant_id: TENANT,
    phone_number_id: NUMBER,
    contact_id: '019a0000-0000-7000-8000-000000000021',
    direction: 'outbound',
    type: 'template',
    status: row.direction === 'inbound' ? 'received' : 'accepted',
    recipient: '+4915112345678',
    created_at: row.accepted_at ?? row.sent_at ?? row.failed_at,
    ...row,
  }))
  for (const row of whole) {
    const columns = Object.keys(row)
    await copyInto({ into: db, table: 'messages', columns, rows: [Object.values(row)] })
  }
  return whole.map(row => row.id)
}
