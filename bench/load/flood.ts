// Many messages at once, written as the gateway's own statements write them: stored, accepted, sent, delivered and read, so
// that each makes its events. For benchmarks and tests of what comes after.

import { randomUUID } from 'node:crypto'
import type pg from 'pg'

/** People of a tenant, to be written to. */
export async function makeContacts(db: pg.Client, tenant_id: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID())
  await db.query(
    `insert into contacts (id, tenant_id, phone, created_at, updated_at)
     select id, $1, '4915' || lpad((100000000 + n)::text, 9, '0'), now(), now()
     from unnest($2::uuid[]) with ordinality as c(id, n)`,
    [tenant_id, ids],
  )
  return ids
}

/** Four events for each message of `contact_ids`, one message each. */
export async function writeRound(
  db: pg.Client,
  of: { tenant_id: string; number_id: string; contact_ids: string[] },
): Promise<void> {
  const ids = of.contact_ids.map(() => randomUUID())
  await db.query(
    `insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, recipient, content, created_at)
     select id, $1, $2, contact_id, 'outbound', 'text', 'sending', '+4915100000000', '{"body":"Your parcel is on its way."}', clock_timestamp()
     from unnest($3::uuid[], $4::uuid[]) as m(id, contact_id)`,
    [of.tenant_id, of.number_id, ids, of.contact_ids],
  )
  const steps = [
    `status = 'accepted', wamid = 'wamid.' || id, accepted_at = clock_timestamp()`,
    `status = 'sent', sent_at = clock_timestamp()`,
    `status = 'read', delivered_at = clock_timestamp(), read_at = clock_timestamp()`,
  ]
  for (const step of steps) await db.query(`update messages set ${step} where id = any($1::uuid[])`, [ids])
}

/** Each contact's events of a tenant, in the order in which they were recorded. */
export async function expectedOrder(db: pg.Client, tenant_id: string): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ contact_id: string; ids: string[] }>(
    `select contact_id, array_agg(id::text order by seq) as ids from events
     where tenant_id = $1 and contact_id is not null group by 1`,
    [tenant_id],
  )
  return new Map(rows.map(row => [row.contact_id, row.ids]))
}
