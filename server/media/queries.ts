// Every SQL statement of media.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { MediaRow } from './schema.ts'

const columns = sql`m.*, n.phone_number_id as meta_phone_number_id, n.sandbox`

export type NewMedia = {
  id: string
  tenant_id: string
  phone_number_id: string
  media_id: string
  direction: 'outbound' | 'inbound'
  mime_type: string | null
  size: number | null
  sha256: string | null
  filename: string | null
  expires_at: Date
  created_at: Date
}

/** Learning it again fills in what was missing, and never makes an upload of what came in. */
export async function insertMedia(db: Queryable, media: NewMedia): Promise<MediaRow> {
  const row = await db.one<MediaRow>(sql`
    with m as (
      insert into media as kept (id, tenant_id, phone_number_id, media_id, direction, mime_type, size, sha256, filename,
        expires_at, created_at)
      values (${media.id}, ${media.tenant_id}, ${media.phone_number_id}, ${media.media_id}, ${media.direction},
        ${media.mime_type}, ${media.size}, ${media.sha256}, ${media.filename}, ${media.expires_at}, ${media.created_at})
      on conflict (phone_number_id, media_id) do update set
        mime_type = coalesce(kept.mime_type, excluded.mime_type), size = coalesce(kept.size, excluded.size),
        sha256 = coalesce(kept.sha256, excluded.sha256), filename = coalesce(kept.filename, excluded.filename)
      returning *
    )
    select ${columns} from m join phone_numbers n on n.id = m.phone_number_id`)
  if (!row) throw new Error('Media that was just stored is not there.')
  return row
}

/** An upload of the same bytes at the same number that Meta keeps beyond `alive_at`; it takes the newest name. */
export function reuseUpload(
  db: Queryable,
  same: {
    phone_number_id: string
    sha256: string
    mime_type: string
    filename: string | null
    alive_at: Date
  },
): Promise<MediaRow | undefined> {
  return db.one(sql`
    with m as (
      update media set filename = coalesce(${same.filename}, filename)
      where id = (
        select id from media
        where phone_number_id = ${same.phone_number_id} and sha256 = ${same.sha256} and direction = 'outbound'
          and mime_type = ${same.mime_type} and expires_at > ${same.alive_at}
        order by expires_at desc limit 1)
      returning *
    )
    select ${columns} from m join phone_numbers n on n.id = m.phone_number_id`)
}

export function findMedia(db: Queryable, tenant_id: string, media_id: string): Promise<MediaRow | undefined> {
  return db.one(sql.named('media.find')`
    select ${columns} from media m join phone_numbers n on n.id = m.phone_number_id
    where m.tenant_id = ${tenant_id} and m.media_id = ${media_id} order by m.id desc limit 1`)
}

/** What Meta told about media that a message had only named. */
export async function fillIn(
  db: Queryable,
  id: string,
  known: { mime_type: string | null; size: number | null; sha256: string | null },
): Promise<void> {
  await db.query(sql`
    update media set mime_type = coalesce(mime_type, ${known.mime_type}), size = coalesce(size, ${known.size}),
      sha256 = coalesce(sha256, ${known.sha256})
    where id = ${id}`)
}

export async function deleteMedia(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from media where id = ${id}`)
}

export type InboundMedia = {
  id: string
  tenant_id: string
  phone_number_id: string
  media_id: string
  mime_type: string | null
  sha256: string | null
  filename: string | null
  expires_at: Date
  created_at: Date
}

/** Those of accounts with a mirror begin to wait for it. */
export async function insertInbound(db: Queryable, rows: InboundMedia[]): Promise<void> {
  await db.query(sql.named('media.insert_inbound')`
    insert into media (id, tenant_id, phone_number_id, media_id, direction, mime_type, sha256, filename, expires_at,
      created_at, mirror_state, mirror_due_at)
    select i.id, i.tenant_id, i.phone_number_id, i.media_id, 'inbound', i.mime_type, i.sha256, i.filename, i.expires_at,
      i.created_at, case when a.media_mirror then 'waiting' end, case when a.media_mirror then clock_timestamp() end
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, phone_number_id uuid, media_id text,
      mime_type text, sha256 text, filename text, expires_at timestamptz, created_at timestamptz)
    join phone_numbers n on n.id = i.phone_number_id and n.tenant_id = i.tenant_id
    join accounts a on a.id = n.account_id
    order by i.phone_number_id, i.media_id
    on conflict (phone_number_id, media_id) do nothing`)
}
