// SQL of the mirror: the media rows that wait for a copy are its queue.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type Waiting = {
  id: string
  tenant_id: string
  phone_number_id: string
  media_id: string
  mime_type: string | null
  sha256: string | null
  expires_at: Date
  mirror_attempts: number
}

/** Takes some for so long: what was not settled by then is taken again. */
export function claim(db: Queryable, limit: number, lease_ms: number): Promise<Waiting[]> {
  return db.query(sql.named('media.mirror_claim')`
    update media set mirror_attempts = mirror_attempts + 1,
      mirror_due_at = clock_timestamp() + ${lease_ms}::float8 * interval '1 ms'
    where id = any(array(
      select id from media where mirror_state = 'waiting' and mirror_due_at <= clock_timestamp()
      order by mirror_due_at limit ${limit} for update skip locked))
    returning id, tenant_id, phone_number_id, media_id, mime_type, sha256, expires_at, mirror_attempts`)
}

/** Answers whether the row is still there: media may be deleted while its copy is made. */
export async function stored(
  db: Queryable,
  id: string,
  copy: {
    place: 'disk' | 's3'
    key: string
    mime_type: string | null
    size: number
    sha256: string
    now: Date
  },
): Promise<boolean> {
  const row = await db.one(sql`
    update media set mirror_state = 'stored', mirror_place = ${copy.place}, mirror_key = ${copy.key},
      mirror_due_at = null, mirror_reason = null, mirrored_at = ${copy.now},
      mime_type = coalesce(mime_type, ${copy.mime_type}), size = ${copy.size}, sha256 = ${copy.sha256}
    where id = ${id} returning id`)
  return row !== undefined
}

export async function retryLater(db: Queryable, id: string, reason: string, in_ms: number): Promise<void> {
  await db.query(sql`
    update media set mirror_due_at = clock_timestamp() + ${in_ms}::float8 * interval '1 ms', mirror_reason = ${reason}
    where id = ${id} and mirror_state = 'waiting'`)
}

export async function giveUp(db: Queryable, id: string, reason: string): Promise<void> {
  await db.query(sql`
    update media set mirror_state = 'given_up', mirror_due_at = null, mirror_reason = ${reason}
    where id = ${id} and mirror_state = 'waiting'`)
}
