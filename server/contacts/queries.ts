// Every SQL statement of contacts.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { ContactRow } from './schema.ts'

export type AliasInput = { ord: number; tenant_id: string; kind: string; value: string; id: string }

/**
 * Finds each address's contact and makes the missing ones. A row that another process inserted at the same
 * instant is not seen by this statement: its place is missing in the answer, and the caller asks again.
 * The inserts go in sorted order, so that two batches never deadlock.
 */
export function findOrCreate(
  db: Queryable,
  inputs: AliasInput[],
  now: Date,
): Promise<(ContactRow & { ord: number })[]> {
  return db.query(sql.named('contacts.find_or_create')`
    with input as (
      select * from json_to_recordset(${sql.json(inputs)}::json) as i(ord int, tenant_id uuid, kind text, value text, id uuid)
    ), found as (
      select i.ord, a.contact_id from input i join contact_aliases a using (tenant_id, kind, value)
    ), made as (
      insert into contact_aliases (tenant_id, kind, value, contact_id)
      select distinct on (i.tenant_id, i.kind, i.value) i.tenant_id, i.kind, i.value, i.id
      from input i where i.ord not in (select ord from found)
      order by i.tenant_id, i.kind, i.value
      on conflict do nothing
      returning tenant_id, kind, value, contact_id
    ), created as (
      insert into contacts (id, tenant_id, phone, user_id, created_at, updated_at)
      select contact_id, tenant_id, case kind when 'phone' then value end, case kind when 'user_id' then value end,
        ${now}::timestamptz, ${now}::timestamptz
      from made
      returning id, phone, user_id, username, name
    )
    select f.ord, c.id, c.phone, c.user_id, c.username, coalesce(c.name, c.saved_name) as name from found f join contacts c on c.id = f.contact_id
    union all
    select i.ord, c.id, c.phone, c.user_id, c.username, c.name
    from input i join made using (tenant_id, kind, value) join created c on c.id = made.contact_id`)
}

/** The contact behind an address or an id, without making one. */
export async function find(
  db: Queryable,
  tenantId: string,
  kind: string,
  value: string,
): Promise<ContactRow | undefined> {
  const rows =
    kind === 'id'
      ? await db.query<ContactRow>(sql.named('contacts.by_id')`
          select id, phone, user_id, username, coalesce(name, saved_name) as name from contacts where id = ${value}::uuid and tenant_id = ${tenantId}::uuid`)
      : await db.query<ContactRow>(sql.named('contacts.by_alias')`
          select c.id, c.phone, c.user_id, c.username, coalesce(c.name, c.saved_name) as name
          from contact_aliases a join contacts c on c.id = a.contact_id
          where a.tenant_id = ${tenantId}::uuid and a.kind = ${kind} and a.value = ${value}`)
  return rows[0]
}

export type AliasRow = { ord: number; kind: string; contact_id: string }

/** Which contacts some addresses belong to. */
export function findAliases(
  db: Queryable,
  inputs: { ord: number; tenant_id: string; kind: string; value: string }[],
): Promise<AliasRow[]> {
  return db.query(sql.named('contacts.find_aliases')`
    select i.ord, i.kind, a.contact_id
    from json_to_recordset(${sql.json(inputs)}::json) as i(ord int, tenant_id uuid, kind text, value text)
    join contact_aliases a using (tenant_id, kind, value)`)
}

/** One more alias of a contact, unless it is somebody's already. The contact's own columns get what was missing. */
export async function addAlias(
  db: Queryable,
  alias: { tenant_id: string; kind: 'phone' | 'user_id'; value: string; contact_id: string },
): Promise<void> {
  await db.query(sql.named('contacts.add_alias')`
    with made as (
      insert into contact_aliases (tenant_id, kind, value, contact_id)
      values (${alias.tenant_id}::uuid, ${alias.kind}, ${alias.value}, ${alias.contact_id}::uuid)
      on conflict do nothing returning contact_id, kind, value
    )
    update contacts c set
      phone = coalesce(c.phone, case kind when 'phone' then value end),
      user_id = case kind when 'user_id' then value else c.user_id end
    from made where c.id = made.contact_id`)
}

/**
 * Makes contacts for addresses that nobody had a moment ago; each address once. Those that exist by now are missing in the
 * answer. Without a join: with kept plans a join of two lists is a loop over both.
 */
export function createAll(
  db: Queryable,
  tenantId: string,
  rows: { id: string; kind: string; value: string }[],
  now: Date,
): Promise<{ kind: string; value: string; contact_id: string }[]> {
  return db.query(sql.named('contacts.create_all')`
    with made as (
      insert into contact_aliases (tenant_id, kind, value, contact_id)
      select ${tenantId}::uuid, kind, value, id from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, kind text, value text)
      order by kind, value
      on conflict do nothing
      returning kind, value, contact_id
    ), created as (
      insert into contacts (id, tenant_id, phone, user_id, created_at, updated_at)
      select contact_id, ${tenantId}::uuid, case kind when 'phone' then value end, case kind when 'user_id' then value end,
        ${now}::timestamptz, ${now}::timestamptz
      from made
    )
    select kind, value, contact_id from made`)
}
