// SQL that reads conversations. It joins the tables of rooms below (messages, contacts, numbers, windows) and writes none.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Status } from './schema.ts'

export type ConversationRow = {
  id: string
  tenant_id: string
  phone_number_id: string
  meta_phone_number_id: string
  bot_id: string | null
  contact_id: string
  phone: string | null
  user_id: string | null
  username: string | null
  name: string | null
  status: Status
  status_reason: string | null
  status_at: Date
  autoreply_enabled: boolean
  bot_paused_until: Date | null
  bot_resumed_at: Date | null
  /** When a person last wrote into it, of late. */
  person_at: Date | null
  unread_count: number
  last_inbound_at: Date | null
  last_message_at: Date
  created_at: Date
  updated_at: Date
  window_opened_at: Date | null
  free_entry_point_expires_at: Date | null
  message_id: string | null
  message_direction: 'outbound' | 'inbound'
  message_type: string
  message_status: string
  message_content: unknown
  message_template: unknown
  message_bot_id: string | null
  message_campaign_id: string | null
  message_created_at: Date
  /** With all its digits. */
  cursor_at: string
}

/** No bot is paused for longer than this by a message. */
const LONGEST_PAUSE_MS = 7 * 86_400_000

const columns = sql`
  v.id, v.tenant_id, v.phone_number_id, n.phone_number_id as meta_phone_number_id, n.bot_id, v.contact_id, c.phone, c.user_id,
  c.username, coalesce(c.name, c.saved_name) as name, v.status, v.status_reason, v.status_at, v.autoreply_enabled,
  v.bot_paused_until, v.bot_resumed_at, v.unread_count, v.last_inbound_at, v.last_message_at, v.created_at, v.updated_at,
  w.last_inbound_at as window_opened_at, w.free_entry_point_expires_at, m.id as message_id, m.direction as message_direction,
  m.type as message_type, m.status as message_status, m.content as message_content, m.template as message_template,
  m.bot_id as message_bot_id, m.campaign_id as message_campaign_id, m.created_at as message_created_at,
  v.last_message_at::text as cursor_at`

/** The threads that `wanted` selects as `v`, with everything that is shown of them. */
function shown(wanted: ReturnType<typeof sql>, now: Date) {
  return sql`
    select ${columns}, person_answered_at(v.phone_number_id, v.contact_id,
      greatest(v.bot_resumed_at, ${new Date(now.getTime() - LONGEST_PAUSE_MS)}::timestamptz)) as person_at
    from (${wanted}) v
    join contacts c on c.id = v.contact_id
    join phone_numbers n on n.id = v.phone_number_id
    left join windows w on w.phone_number_id = v.phone_number_id and w.contact_id = v.contact_id
    left join lateral (
      select * from messages
      where contact_id = v.contact_id and phone_number_id = v.phone_number_id
      order by created_at desc, id desc limit 1
    ) m on true
    order by v.active_minute desc, v.last_message_at desc, v.id desc`
}

export function findMany(
  db: Queryable,
  tenant_id: string,
  ids: string[],
  now: Date,
): Promise<ConversationRow[]> {
  return db.query(
    shown(
      sql`select * from conversations where id = any(${ids}::uuid[]) and tenant_id = ${tenant_id}::uuid`,
      now,
    ),
  )
}

export type Filters = {
  status?: string
  unread?: boolean
  bot_id?: string
  /** Ours. */
  phone_number_id?: string
  contact_id?: string
  q?: string
}

export function list(
  db: Queryable,
  tenant_id: string,
  { q, ...filters }: Filters,
  page: { after?: { at: string; id: string }; rows: number; now: Date },
): Promise<ConversationRow[]> {
  const where = conditions(tenant_id, filters)
  if (q !== undefined) where.push(sql`v.id in (${matching(tenant_id, q, where)})`)
  if (page.after) {
    where.push(sql`v.active_minute <= ${page.after.at}::timestamptz`)
    where.push(sql`(v.last_message_at, v.id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)`)
  }
  const wanted = sql`
    select v.* from conversations v where ${sql.join(where, ' and ')}
    order by v.active_minute desc, v.last_message_at desc, v.id desc limit ${page.rows}::int`
  return db.query(shown(wanted, page.now))
}

function conditions(tenant_id: string, filters: Omit<Filters, 'q'>) {
  const where = [sql`v.tenant_id = ${tenant_id}::uuid`]
  if (filters.status) where.push(sql`v.status = ${filters.status}`)
  if (filters.unread === true) where.push(sql`v.is_unread`)
  if (filters.unread === false) where.push(sql`not v.is_unread`)
  if (filters.phone_number_id) where.push(sql`v.phone_number_id = ${filters.phone_number_id}::uuid`)
  if (filters.contact_id) where.push(sql`v.contact_id = ${filters.contact_id}::uuid`)
  if (filters.bot_id) {
    where.push(sql`(
      v.phone_number_id in (select id from phone_numbers where tenant_id = ${tenant_id}::uuid and bot_id = ${filters.bot_id}::uuid)
      or v.id in (select conversation_id from bot_conversations where bot_id = ${filters.bot_id}::uuid))`)
  }
  return where
}

/** Of so many threads, the newest, so many messages are looked through; names and numbers are searched in all of them. */
export const SEARCHED_THREADS = 2_000
export const SEARCHED_MESSAGES = 20

function matching(tenant_id: string, q: string, where: ReturnType<typeof sql>[]) {
  const pattern = `%${escaped(q)}%`
  const digits = q.replace(/[^0-9]/g, '')
  const phone = /^[\d\s+().\-/]{3,}$/.test(q) && digits.length >= 3 ? `%${digits}%` : null
  return sql`
    select v.id from conversations v join contacts c on c.id = v.contact_id
    where v.tenant_id = ${tenant_id}::uuid and (c.name ilike ${pattern} or c.saved_name ilike ${pattern}
      or c.username ilike ${pattern} or c.user_id = ${q} or c.phone like ${phone}::text)
    union
    select v.id from (
      select v.* from conversations v where ${sql.join(where, ' and ')}
      order by v.active_minute desc, v.last_message_at desc, v.id desc limit ${SEARCHED_THREADS}::int
    ) v
    where exists (
      select from (
        select content from messages
        where contact_id = v.contact_id and phone_number_id = v.phone_number_id
        order by created_at desc, id desc limit ${SEARCHED_MESSAGES}::int
      ) m
      where concat_ws(' ', m.content ->> 'caption', m.content ->> 'filename', m.content ->> 'text', m.content ->> 'name',
        case jsonb_typeof(m.content -> 'body') when 'object' then m.content #>> '{body,text}' else m.content ->> 'body' end,
        m.content ->> 'address', m.content #>> '{button_reply,title}', m.content #>> '{list_reply,title}') ilike ${pattern}
    )`
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, found => `\\${found}`)
}
