// SQL that takes one person out of what the inbox keeps.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

type Matching = { id: string; body: Buffer; is_applied: boolean }

/** Only those that hold one of the words travel. */
export async function readMatching(
  db: Queryable,
  words: string[],
  cursor: string | null,
  limit: number,
): Promise<{ rows: Matching[]; last: string | null; read: number }> {
  const after = cursor ?? '00000000-0000-0000-0000-000000000000'
  const page = sql`select id from inbox where id > ${after}::uuid order by id limit ${limit}::int`
  const end = await db.one<{ last: string | null; read: number }>(sql`
    select (select id from (${page}) p order by id desc limit 1) as last, (select count(*)::int from (${page}) p) as read`)
  if (!end?.last) return { rows: [], last: null, read: 0 }
  const rows = await db.query<Matching>(sql`
    select id, body, projected_at is not null as is_applied from inbox
    where id > ${after}::uuid and id <= ${end.last}::uuid and exists (
      select from unnest(${words}::text[]) as w(word) where position(convert_to(word, 'UTF8') in body) > 0)`)
  return { rows, ...end }
}

export async function writeBodies(db: Queryable, rows: { id: string; body: string }[]): Promise<void> {
  await db.query(sql`
    update inbox i set body = convert_to(n.body, 'UTF8')
    from json_to_recordset(${sql.json(rows)}::json) as n(id uuid, body text) where i.id = n.id`)
}

export async function markWaiting(db: Queryable, ids: string[]): Promise<void> {
  await db.query(sql`update inbox set projected_at = null where id = any(${ids}::uuid[])`)
}

export async function eraseParked(db: Queryable, inbox_ids: string[], words: string[]): Promise<void> {
  await db.query(sql`
    update inbox_parked set item = '{"erased": true}'
    where inbox_id = any(${inbox_ids}::uuid[]) and exists (
      select from unnest(${words}::text[]) as w(word) where position(word in item::text) > 0)`)
}

export async function eraseNotices(db: Queryable, tenant_id: string, words: string[]): Promise<number> {
  const rows = await db.query(sql`
    update notices set value = '{"erased": true}'
    where tenant_id = ${tenant_id}::uuid and exists (
      select from unnest(${words}::text[]) as w(word) where position(word in value::text) > 0)
    returning 1`)
  return rows.length
}
