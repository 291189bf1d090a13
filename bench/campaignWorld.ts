// Campaigns for benchmarks: made straight in the database, launched over the API, watched from outside.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gateway } from './gateway.ts'
import { NUMBERS } from './world.ts'

let crowds = 0

/** People whom nobody knows; the same digits as those of bench/world.ts, behind them. */
export async function makeCampaign(
  { db }: Gateway,
  recipients: number,
  columns: { rate_per_second?: number; phone_number_id?: string } = {},
): Promise<string> {
  const id = randomUUID()
  const from = 20_000 + crowds
  crowds += recipients
  await db.query(
    `insert into campaigns (id, tenant_id, phone_number_id, name, template, language, rate_per_second, status, created_at, updated_at)
     select $1, tenant_id, id, 'Bench', 'hello_world', 'en_US', $3, 'draft', now(), now()
     from phone_numbers where phone_number_id = $2`,
    [id, columns.phone_number_id ?? NUMBERS[0], columns.rate_per_second ?? null],
  )
  for (let done = 0; done < recipients; done += 100_000) {
    await db.query(
      `insert into campaign_recipients (campaign_id, ord, tenant_id, alias_kind, alias, country)
       select c.id, $3::int + n, c.tenant_id, 'phone', '49151' || lpad(($2::int + $3::int + n)::text, 8, '0'), 'DE'
       from campaigns c, generate_series(1, $4::int) n where c.id = $1`,
      [id, from, done, Math.min(100_000, recipients - done)],
    )
  }
  await db.query('analyze campaign_recipients')
  return id
}

/** The people of a campaign are contacts already. */
export async function meet({ db }: Gateway, id: string): Promise<void> {
  await db.query(
    `with people as (select gen_random_uuid() as id, r.tenant_id, r.alias from campaign_recipients r where r.campaign_id = $1),
     made as (insert into contacts (id, tenant_id, phone, created_at, updated_at) select id, tenant_id, alias, now(), now() from people)
     insert into contact_aliases (tenant_id, kind, value, contact_id) select tenant_id, 'phone', alias, id from people`,
    [id],
  )
  await db.query('analyze contacts, contact_aliases')
}

/** As if Meta set no pace; null: as it does. */
export async function setPace({ db }: Gateway, per_second: number): Promise<void> {
  await db.query('update phone_numbers set messages_per_second = $1', [per_second])
  await db.query(`select pg_notify('carom_accounts', id::text) from accounts`)
  await db.query('delete from number_pace')
  await sleep(500)
}

export async function launch({ url, key }: Gateway, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}/api/v1/whatsapp/campaigns/${id}/launch`, {
    method: 'POST',
    headers,
    body: '{}',
  })
  if (response.status !== 202)
    throw new Error(`A launch was answered ${response.status}: ${await response.text()}`)
}

export async function completed({ db }: Gateway, id: string, timeout_ms: number): Promise<void> {
  for (const end = performance.now() + timeout_ms; performance.now() < end; await sleep(200)) {
    const { rows } = await db.query('select status, pause_reason from campaigns where id = $1', [id])
    if (rows[0].status === 'completed') return
    if (rows[0].status !== 'running') throw new Error(`The campaign is ${JSON.stringify(rows[0])}.`)
  }
  throw new Error('The campaign does not come to an end.')
}
