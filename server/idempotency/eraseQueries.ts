// SQL that empties kept answers which speak of a person.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** Sealed ones hold a secret, and nobody's name. */
export async function emptyAnswers(
  db: Queryable,
  asked: { tenant_id: string; words: string[]; cursor: string | null; limit: number; body: string },
): Promise<{ cursor: string | null; count: number }> {
  const { tenant_id, words, cursor, limit, body } = asked
  const row = await db.one<{ last: string | null; read: number; count: number }>(sql`
    with batch as materialized (
      select id, key, body from idempotency_keys
      where tenant_id = ${tenant_id}::uuid and key > ${cursor ?? ''} order by key limit ${limit}::int
    ), emptied as (
      update idempotency_keys k set status = 404, body = convert_to(${body}, 'UTF8'),
        headers = '{"content-type": "application/json; charset=utf-8"}'
      from batch b
      where k.id = b.id and k.state = 'done' and not k.sealed and exists (
        select from unnest(${words}::text[]) as w(word) where position(convert_to(word, 'UTF8') in k.body) > 0)
      returning 1
    )
    select (select max(key collate "default") from batch) as last, (select count(*)::int from batch) as read,
      (select count(*)::int from emptied) as count`)
  return { cursor: row?.read === limit ? row.last : null, count: row?.count ?? 0 }
}
