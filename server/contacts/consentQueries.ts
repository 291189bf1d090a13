// SQL of consents: what people want to get from a number and what not.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type ConsentRow = {
  tenant_id: string
  contact_id: string
  phone_number_id: string
  category: string
  value: 'stop' | 'resume' | 'signup'
  source: string
  detail: string | null
  at: Date
}

/** The newest word counts, and of two from the same second the stricter one. */
export async function upsertConsents(db: Queryable, rows: ConsentRow[]): Promise<void> {
  await db.query(sql.named('contacts.upsert_consents')`
    insert into consents as c (contact_id, phone_number_id, category, tenant_id, value, source, detail, at)
    select distinct on (contact_id, phone_number_id, category) contact_id, phone_number_id, category, tenant_id, value, source, detail, at
    from json_to_recordset(${sql.json(rows)}::json) as i(contact_id uuid, phone_number_id uuid, category text, tenant_id uuid,
      value text, source text, detail text, at timestamptz)
    order by contact_id, phone_number_id, category, at desc, value desc
    on conflict (contact_id, phone_number_id, category) do update set
      value = excluded.value, source = excluded.source, detail = excluded.detail, at = excluded.at
    where (excluded.at, excluded.value) > (c.at, c.value)`)
  await db.query(sql.named('contacts.sum_consents')`
    update contacts c set marketing_opt_out = s.out
    from (
      select i.id, bool_or(coalesce(o.value = 'stop', false)) as out
      from unnest(${rows.map(row => row.contact_id)}::uuid[]) as i(id)
      left join consents o on o.contact_id = i.id and o.category = 'marketing_messages'
      group by i.id
    ) s
    where c.id = s.id and c.marketing_opt_out <> s.out`)
}

/** Which of these contacts do not want marketing from this number. */
export async function optedOut(
  db: Queryable,
  phoneNumberId: string,
  contactIds: string[],
): Promise<string[]> {
  const rows = await db.query<{ contact_id: string }>(sql.named('contacts.opted_out')`
    select contact_id from consents
    where contact_id = any(${contactIds}::uuid[]) and phone_number_id = ${phoneNumberId}::uuid
      and category = 'marketing_messages' and value = 'stop'`)
  return rows.map(row => row.contact_id)
}
