// SQL of consents: what people want to get from a number and what not.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type ConsentRow = {
  tenant_id: string
  contact_id: string
  /** Ours, or ALL_NUMBERS. */
  phone_number_id: string
  category: string
  value: 'stop' | 'resume' | 'signup'
  source: string
  detail: string | null
  at: Date
}

export type EntryRow = ConsentRow & { id: string; message_id: string | null }

/** The same word is kept once, however often it is told. */
export async function addEntries(db: Queryable, rows: EntryRow[]): Promise<void> {
  await db.query(sql.named('contacts.add_consent_entries')`
    insert into consent_entries (id, tenant_id, contact_id, phone_number_id, category, value, source, detail, message_id, at)
    select id, tenant_id, contact_id, phone_number_id, category, value, source, detail, message_id, at
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, contact_id uuid, phone_number_id uuid,
      category text, value text, source text, detail text, message_id uuid, at timestamptz)
    order by id
    on conflict do nothing`)
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
    update contacts c set marketing_opt_out = not c.marketing_opt_out
    from (select distinct id from unnest(${rows.map(row => row.contact_id)}::uuid[]) as i(id) order by id) s
    where c.id = s.id and c.marketing_opt_out <> stopped_somewhere(c.id)`)
}

/** Which of these contacts do not want marketing from this number. */
export async function optedOut(
  db: Queryable,
  phoneNumberId: string,
  contactIds: string[],
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql.named('contacts.opted_out')`
    select id from contacts
    where id = any(${contactIds}::uuid[]) and marketing_opt_out and stopped_marketing(id, ${phoneNumberId}::uuid)`)
  return rows.map(row => row.id)
}

export type Asked = { ord: number; tenant_id: string; kind: string; value: string; phone_number_id: string }

/** Which of these addresses belong to people who want no marketing from the number beside them. */
export function optedOutAddresses(db: Queryable, asked: Asked[]): Promise<{ ord: number }[]> {
  return db.query(sql.named('contacts.opted_out_addresses')`
    select i.ord
    from json_to_recordset(${sql.json(asked)}::json)
      as i(ord int, tenant_id uuid, kind text, value text, phone_number_id uuid)
    join contact_aliases a using (tenant_id, kind, value)
    join contacts c on c.id = a.contact_id
    where c.marketing_opt_out and stopped_marketing(c.id, i.phone_number_id)`)
}

export type WordRow = { contact_id: string; phone_number_id: string; value: string; at: Date }

/** The newest word that counts for each pair of contact and number. Pairs about which nothing was said have no row. */
export function newestWords(
  db: Queryable,
  pairs: { contact_id: string; phone_number_id: string }[],
): Promise<WordRow[]> {
  return db.query(sql.named('contacts.newest_words')`
    select i.contact_id, i.phone_number_id, w.value, w.at
    from (select distinct * from json_to_recordset(${sql.json(pairs)}::json) as i(contact_id uuid, phone_number_id uuid)) i
    cross join lateral (
      select c.value, c.at from consents c
      where c.contact_id = i.contact_id and c.category = 'marketing_messages'
        and c.phone_number_id in (i.phone_number_id, '00000000-0000-0000-0000-000000000000')
      order by c.at desc, c.value desc limit 1) w`)
}

/** People whose words are being judged: nobody else judges words of theirs until the transaction ends. */
export function lockContacts(
  tx: Queryable,
  ids: string[],
): Promise<{ id: string; phone: string | null; user_id: string | null }[]> {
  return tx.query(sql.named('contacts.lock')`
    select id, phone, user_id from contacts where id = any(${ids}::uuid[]) order by id for no key update`)
}

export type ShownWord = {
  meta_phone_number_id: string | null
  category: string
  value: string
  source: string
  detail: string | null
  at: Date
}

export function currentWords(db: Queryable, contact_id: string): Promise<ShownWord[]> {
  return db.query(sql`
    select n.phone_number_id as meta_phone_number_id, c.category, c.value, c.source, c.detail, c.at
    from consents c left join phone_numbers n on n.id = c.phone_number_id
    where c.contact_id = ${contact_id}::uuid order by c.at desc, c.phone_number_id`)
}

export type ShownEntry = ShownWord & { message_id: string | null; recorded_at: Date }

export async function isOptedOut(db: Queryable, contact_id: string): Promise<boolean> {
  const row = await db.one<{ marketing_opt_out: boolean }>(
    sql`select marketing_opt_out from contacts where id = ${contact_id}::uuid`,
  )
  return row?.marketing_opt_out ?? false
}

/** Newest first. */
export function ledgerOf(db: Queryable, contact_id: string, most: number): Promise<ShownEntry[]> {
  return db.query(sql`
    select n.phone_number_id as meta_phone_number_id, e.category, e.value, e.source, e.detail, e.at, e.message_id, e.recorded_at
    from consent_entries e left join phone_numbers n on n.id = e.phone_number_id
    where e.contact_id = ${contact_id}::uuid order by e.at desc, e.id desc limit ${most}::int`)
}
