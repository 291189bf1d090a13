// SQL that deletes media which nobody asks for any more.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type Forgotten = { id: string; mirror_place: 'disk' | 's3' | null; mirror_key: string | null }

export function findInbound(
  db: Queryable,
  named: { phone_number_id: string; media_id: string }[],
): Promise<Forgotten[]> {
  return db.query<Forgotten>(sql.named('media.find_inbound')`
    select m.id, m.mirror_place, m.mirror_key
    from (
      select distinct * from json_to_recordset(${sql.json(named)}::json) as n(phone_number_id uuid, media_id text)
    ) n
    join media m using (phone_number_id, media_id) where m.direction = 'inbound'`)
}

export function pickExpired(
  db: Queryable,
  old: { tenant_id: string; before: Date }[],
  now: Date,
  limit: number,
): Promise<Forgotten[]> {
  return db.query<Forgotten>(sql.named('media.pick_expired')`
    select m.* from json_to_recordset(${sql.json(old)}::json) as o(tenant_id uuid, before timestamptz)
    cross join lateral (
      select id, mirror_place, mirror_key from media
      where tenant_id = o.tenant_id and created_at < o.before and expires_at < ${now}::timestamptz
      order by created_at limit ${limit}::int
    ) m
    limit ${limit}::int`)
}

/** A copy that was made in this very moment is not lost sight of: its row stays, and is found again. */
export async function deleteRows(db: Queryable, rows: Forgotten[]): Promise<void> {
  const known = rows.map(({ id, mirror_key }) => ({ id, mirror_key }))
  await db.query(sql.named('media.delete_rows')`
    delete from media m using json_to_recordset(${sql.json(known)}::json) as k(id uuid, mirror_key text)
    where m.id = k.id and m.mirror_key is not distinct from k.mirror_key`)
}
