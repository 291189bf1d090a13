// SQL for edits and deletions of messages: kept as Meta told them, and summed up on the message itself.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type ChangeRow = {
  tenant_id: string
  phone_number_id: string
  /** The message that is changed. */
  original_wamid: string
  wamid: string
  direction: 'inbound' | 'outbound'
  kind: 'edit' | 'revoke'
  content: unknown
  at: Date
}

export async function storeChanges(db: Queryable, rows: ChangeRow[]): Promise<void> {
  await db.query(sql.named('messages.store_changes')`
    insert into message_changes (tenant_id, phone_number_id, original_wamid, wamid, direction, kind, content, at)
    select tenant_id, phone_number_id, original_wamid, wamid, direction, kind, content, at
    from json_to_recordset(${sql.json(rows)}::json) as i(tenant_id uuid, phone_number_id uuid, original_wamid text, wamid text,
      direction text, kind text, content jsonb, at timestamptz)
    order by phone_number_id, original_wamid, wamid
    on conflict do nothing`)
}

/**
 * Writes onto these messages what became of them. It is computed anew from all their changes, so that order and repeats do
 * not matter; the first version is the message as it was. An edit of a caption keeps the file that it belongs to.
 */
export async function applyStoredChanges(
  db: Queryable,
  keys: { phone_number_id: string; wamid: string }[],
): Promise<void> {
  await db.query(sql.named('messages.apply_changes')`
    with keys as (
      select distinct * from json_to_recordset(${sql.json(keys)}::json) as i(phone_number_id uuid, wamid text)
    ), told as (
      select c.phone_number_id, c.original_wamid, c.direction,
        max(c.at) filter (where c.kind = 'edit') as edited_at, min(c.at) filter (where c.kind = 'revoke') as revoked_at,
        jsonb_agg(jsonb_build_object('at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'content', c.content)
          order by c.at, c.wamid) filter (where c.kind = 'edit') as versions
      from keys k join message_changes c on c.phone_number_id = k.phone_number_id and c.original_wamid = k.wamid
      group by 1, 2, 3
    ), found as (
      select m.id, t.edited_at, t.revoked_at, t.versions, coalesce(m.edits -> 0, jsonb_build_object(
        'at', to_char(m.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'content', m.content)) as first
      from told t join messages m on m.wamid = t.original_wamid and m.phone_number_id = t.phone_number_id
        and m.direction = t.direction
      where (m.edited_at, m.revoked_at) is distinct from (t.edited_at, t.revoked_at)
        or jsonb_array_length(m.edits) is distinct from jsonb_array_length(t.versions) + 1
      order by m.id for no key update of m
    )
    update messages m set
      edited_at = f.edited_at, revoked_at = f.revoked_at,
      edits = case when f.versions is not null then jsonb_build_array(f.first) || f.versions end,
      content = case
        when f.versions is null then m.content
        when jsonb_typeof(f.first -> 'content') = 'object' and jsonb_typeof(f.versions -> -1 -> 'content') = 'object'
          then (f.first -> 'content') || (f.versions -> -1 -> 'content')
        else f.versions -> -1 -> 'content' end
    from found f where m.id = f.id`)
}
