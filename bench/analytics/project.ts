// How fast stored webhooks are applied, with the roll-ups kept and without: the same bodies lie in the inbox before the clock
// starts, and the gateway does nothing else.

import type { Database } from '../../server/db/pool.ts'
import { sql } from '../../server/db/sql.ts'
import { newId } from '../../server/kit/ids.ts'
import type { Gateway } from '../gateway.ts'
import { bodies } from '../load/webhooks.ts'
import { cpuSeconds, familyCpuSeconds } from '../machine.ts'
import type { Taken } from '../programs/fakeMeta.ts'

const TRIGGERS = ['count_inserted', 'count_updated']

/** `cpu_us`: of the gateway and PostgreSQL together, for each webhook. */
export type Projected = { kept: boolean; per_second: number; cpu_us: number }

export async function project(
  gateway: Gateway,
  db: Database,
  kept: boolean,
  count: number,
): Promise<Projected> {
  for (const trigger of TRIGGERS) {
    await db.pool.query(`alter table messages ${kept ? 'enable' : 'disable'} trigger ${trigger}`)
  }
  const messages = await sendAside(db, Math.ceil(count / 4))
  const ids = Array.from({ length: count }, () => newId())
  const texts = bodies(messages, 0, count)
  await gateway.settled()
  const cpu_before = cpuOf(gateway)
  const began = performance.now()
  await db.query(sql`
    insert into inbox (id, body) select id, convert_to(body, 'UTF8')
    from unnest(${ids}::uuid[], ${texts}::text[]) as i(id, body)`)
  await db.query(sql`select pg_notify('carom_inbox', '')`)
  await gateway.settled()
  const per_second = count / ((performance.now() - began) / 1000)
  const cpu_us = ((cpuOf(gateway) - cpu_before) * 1_000_000) / count
  for (const trigger of TRIGGERS) await db.pool.query(`alter table messages enable trigger ${trigger}`)
  return { kept, per_second, cpu_us }
}

function cpuOf(gateway: Gateway): number {
  return cpuSeconds(gateway.pid) + familyCpuSeconds(gateway.postgres_pid)
}

/** Accepted messages to people whom the gateway knows, as if they had just been sent. */
async function sendAside(db: Database, count: number): Promise<Taken[]> {
  const rows = await db.query<{ id: string; wamid: string; alias: string; number: string }>(sql`
    with people as (
      select row_number() over () as n, a.value, a.contact_id, w.phone_number_id, w.tenant_id
      from contact_aliases a join windows w on w.contact_id = a.contact_id where a.kind = 'phone' limit ${count}::int
    ), sent as (
      insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, wamid, recipient, content,
        template, created_at, accepted_at)
      select gen_random_uuid(), tenant_id, phone_number_id, contact_id, 'outbound', 'template', 'accepted',
        'wamid.' || gen_random_uuid(), '+' || value, '{"name":"hello_world"}',
        '{"name":"hello_world","language":"en_US","category":"UTILITY"}', now() - interval '10 s', now() - interval '10 s'
      from people returning id, wamid, recipient, phone_number_id
    )
    select s.id, s.wamid, substr(s.recipient, 2) as alias, n.phone_number_id as number
    from sent s join phone_numbers n on n.id = s.phone_number_id`)
  return rows.map(({ id, wamid, alias, number }) => [id, wamid, alias, number])
}
