// SQL for messages that happened beside Carom: typed in the WhatsApp Business app, or before the number was connected.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { InboundRow } from './queries.ts'

export type SyncedRow = InboundRow & {
  direction: 'inbound' | 'outbound'
  status: 'received' | 'accepted' | 'sent' | 'delivered' | 'read' | 'failed'
  origin: 'app' | 'history'
  recipient: string | null
  failed_at: Date | null
}

/**
 * Stores them, each wamid at most once in a call. What Carom sent or received itself is left alone. A placeholder is
 * filled by the media that it stood for, a status only moves up, and word from the app itself counts more than a history:
 * so every order ends the same. Answers the wamids that are new or filled.
 */
export async function insertSynced(db: Queryable, rows: SyncedRow[]): Promise<string[]> {
  const changed = await db.query<{ wamid: string }>(sql.named('messages.insert_synced')`
    with input as (
      select * from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, phone_number_id uuid,
        contact_id uuid, direction text, type text, status text, origin text, wamid text, recipient text, content jsonb,
        reply_to text, context jsonb, referral jsonb, error jsonb, sent_at timestamptz, failed_at timestamptz,
        created_at timestamptz, inbox_id uuid, inbox_path text)
    ), there as (
      select m.id as message_id, i.*, m.type = 'media_placeholder' and i.type <> 'media_placeholder' as fills,
        message_rank(i.status, i.error) > message_rank(m.status, m.error) as moves
      from input i join messages m on m.wamid = i.wamid and m.phone_number_id = i.phone_number_id and m.direction = i.direction
    ), inserted as (
      insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, origin, wamid, recipient, content,
        reply_to, context, referral, error, sent_at, failed_at, created_at, inbox_id, inbox_path)
      select id, tenant_id, phone_number_id, contact_id, direction, type, status, origin, wamid, recipient, content,
        reply_to, context, referral, error, sent_at, failed_at, created_at, inbox_id, inbox_path
      from input i where not exists (
        select from there t where t.wamid = i.wamid and t.phone_number_id = i.phone_number_id and t.direction = i.direction)
      order by id
      on conflict (id) do nothing
      returning wamid
    ), updated as (
      update messages m set
        type = case when fills then t.type else m.type end,
        content = case when fills then t.content else m.content end,
        context = case when fills then t.context else m.context end,
        reply_to = case when fills then t.reply_to else m.reply_to end,
        inbox_id = case when fills then t.inbox_id else m.inbox_id end,
        inbox_path = case when fills then t.inbox_path else m.inbox_path end,
        origin = case when t.origin = 'app' then 'app' else m.origin end,
        status = case when moves then t.status else m.status end,
        error = case when moves or fills then t.error else m.error end,
        failed_at = case when moves then t.failed_at else m.failed_at end
      from there t
      where m.id = t.message_id and m.origin is not null and (fills or moves or (t.origin = 'app' and m.origin = 'history'))
      returning m.wamid, t.fills
    )
    select wamid from inserted union select wamid from updated where fills`)
  return changed.map(row => row.wamid)
}
