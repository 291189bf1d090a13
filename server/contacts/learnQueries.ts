// SQL for what webhooks say about people. Facts carry the time at which Meta told them: newer ones win, those without a
// time only fill gaps.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

type Told = {
  phone: string | null
  user_id: string | null
  username: string | null
  name: string | null
  phone_at: Date | null
}

/** An alias that exists, with its contact. */
export type KnownAlias = Told & {
  tenant_id: string
  kind: 'phone' | 'user_id'
  value: string
  contact_id: string
  /** Since when a phone number is this contact's, where somebody else had it before. */
  taken_at: Date | null
}

export function knownAliases(
  db: Queryable,
  wanted: { tenant_id: string; kind: string; value: string }[],
): Promise<KnownAlias[]> {
  return db.query(sql.named('contacts.known_aliases')`
    select i.tenant_id, i.kind, i.value, a.contact_id, a.taken_at, c.phone, c.phone_at, c.user_id, c.username, c.name
    from json_to_recordset(${sql.json(wanted)}::json) as i(tenant_id uuid, kind text, value text)
    join contact_aliases a using (tenant_id, kind, value) join contacts c on c.id = a.contact_id`)
}

export type NewAlias = { tenant_id: string; kind: string; value: string; contact_id: string }

export async function addAliases(db: Queryable, rows: NewAlias[]): Promise<void> {
  await db.query(sql.named('contacts.add_aliases')`
    insert into contact_aliases (tenant_id, kind, value, contact_id)
    select tenant_id, kind, value, contact_id
    from json_to_recordset(${sql.json(rows)}::json) as i(tenant_id uuid, kind text, value text, contact_id uuid)
    order by tenant_id, kind, value
    on conflict do nothing`)
}

/** Phone numbers that somebody else has now: the contact that had one keeps everything else. */
export async function takePhones(
  db: Queryable,
  rows: { tenant_id: string; contact_id: string; value: string; at: Date }[],
): Promise<void> {
  await db.query(sql.named('contacts.take_phones')`
    with taken as (
      select distinct on (tenant_id, value) * from json_to_recordset(${sql.json(rows)}::json)
        as i(tenant_id uuid, contact_id uuid, value text, at timestamptz)
      order by tenant_id, value, at desc
    ), left_behind as (
      update contacts c set phone = null from taken t join contact_aliases a
        on a.tenant_id = t.tenant_id and a.kind = 'phone' and a.value = t.value and a.contact_id <> t.contact_id
      where c.id = a.contact_id and c.phone = t.value
    )
    update contact_aliases a set contact_id = t.contact_id, taken_at = t.at from taken t
    where a.tenant_id = t.tenant_id and a.kind = 'phone' and a.value = t.value and a.contact_id <> t.contact_id`)
}

export type Facts = Told & {
  id: string
  user_id_at: Date | null
  username_at: Date | null
  name_at: Date | null
}

/** Rows that say nothing new are not touched. At most one row a contact. */
export async function learn(db: Queryable, facts: Facts[], now: Date): Promise<void> {
  await db.query(sql.named('contacts.learn_facts')`
    with news as (
      select * from json_to_recordset(${sql.json(facts)}::json) as i(id uuid, phone text, phone_at timestamptz, user_id text,
        user_id_at timestamptz, username text, username_at timestamptz, name text, name_at timestamptz)
    ), found as (
      select n.*,
        n.phone is not null and (c.phone is null or (n.phone_at, n.phone) > (coalesce(c.phone_at, '-infinity'), c.phone)) as new_phone,
        n.user_id is not null and (c.user_id is null
          or (n.user_id_at, n.user_id) > (coalesce(c.user_id_at, '-infinity'), c.user_id)) as new_user_id,
        n.username is not null and (c.username is null
          or (n.username_at, n.username) > (coalesce(c.username_at, '-infinity'), c.username)) as new_username,
        n.name is not null and (c.name is null or (n.name_at, n.name) > (coalesce(c.name_at, '-infinity'), c.name)) as new_name
      from news n join contacts c using (id) order by id for no key update of c
    )
    update contacts c set
      phone = case when new_phone then f.phone else c.phone end,
      phone_at = case when new_phone then f.phone_at else c.phone_at end,
      user_id = case when new_user_id then f.user_id else c.user_id end,
      user_id_at = case when new_user_id then f.user_id_at else c.user_id_at end,
      username = case when new_username then f.username else c.username end,
      username_at = case when new_username then f.username_at else c.username_at end,
      name = case when new_name then f.name else c.name end,
      name_at = case when new_name then f.name_at else c.name_at end,
      updated_at = case when (new_phone and f.phone is distinct from c.phone) or (new_user_id and f.user_id is distinct from c.user_id)
        or (new_username and f.username is distinct from c.username) or (new_name and f.name is distinct from c.name)
        then ${now}::timestamptz else c.updated_at end
    from found f where c.id = f.id and (new_phone or new_user_id or new_username or new_name)`)
}

/** Two contacts turned out to be one person: everything of `from` becomes `into`'s. Messages are moved by their own room. */
export async function merge(db: Queryable, from: string, into: string): Promise<void> {
  await db.query(sql.named('contacts.merge_aliases')`
    update contact_aliases set contact_id = ${into}::uuid where contact_id = ${from}::uuid`)
  await db.query(sql.named('contacts.merge_consents')`
    with gone as (
      delete from consents where contact_id = ${from}::uuid
      returning phone_number_id, category, tenant_id, value, source, detail, at
    )
    insert into consents as c (contact_id, phone_number_id, category, tenant_id, value, source, detail, at)
    select ${into}::uuid, phone_number_id, category, tenant_id, value, source, detail, at from gone
    on conflict (contact_id, phone_number_id, category) do update set
      value = excluded.value, source = excluded.source, detail = excluded.detail, at = excluded.at
    where (excluded.at, excluded.value) > (c.at, c.value)`)
  await db.query(sql.named('contacts.merge_consent_entries')`
    update consent_entries e set contact_id = ${into}::uuid
    where contact_id = ${from}::uuid and not exists (
      select from consent_entries o where o.contact_id = ${into}::uuid and o.phone_number_id = e.phone_number_id
        and o.category = e.category and o.source = e.source and o.at = e.at and o.value = e.value)`)
  await db.query(sql.named('contacts.merge_facts')`
    update contacts c set
      phone = case when f.phone is not null and (c.phone is null or (f.phone_at, f.phone) > (coalesce(c.phone_at, '-infinity'), c.phone))
        then f.phone else c.phone end,
      user_id = case when f.user_id is not null and (c.user_id is null or (f.user_id_at, f.user_id) > (coalesce(c.user_id_at, '-infinity'), c.user_id))
        then f.user_id else c.user_id end,
      username = case when f.username is not null and (c.username is null or (f.username_at, f.username) > (coalesce(c.username_at, '-infinity'), c.username))
        then f.username else c.username end,
      name = case when f.name is not null and (c.name is null or (f.name_at, f.name) > (coalesce(c.name_at, '-infinity'), c.name))
        then f.name else c.name end,
      phone_at = greatest(c.phone_at, f.phone_at), user_id_at = greatest(c.user_id_at, f.user_id_at),
      username_at = greatest(c.username_at, f.username_at), name_at = greatest(c.name_at, f.name_at),
      saved_name = case when f.saved_name_at > coalesce(c.saved_name_at, '-infinity') then f.saved_name else c.saved_name end,
      saved_name_at = greatest(c.saved_name_at, f.saved_name_at),
      marketing_opt_out = stopped_somewhere(c.id)
    from contacts f where c.id = ${into}::uuid and f.id = ${from}::uuid`)
  await db.query(sql.named('contacts.merge_delete')`delete from contacts where id = ${from}::uuid`)
}

/** What the business calls people in its address book; null: no longer in it. The newest word counts. */
export async function saveNames(
  db: Queryable,
  rows: { id: string; saved_name: string | null; at: Date }[],
): Promise<void> {
  await db.query(sql.named('contacts.save_names')`
    with news as (
      select distinct on (id) * from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, saved_name text, at timestamptz)
      order by id, at desc, saved_name desc nulls last
    )
    update contacts c set saved_name = n.saved_name, saved_name_at = n.at from news n
    where c.id = n.id and (c.saved_name_at is null or (n.at, coalesce(n.saved_name, '')) > (c.saved_name_at, coalesce(c.saved_name, '')))`)
}
