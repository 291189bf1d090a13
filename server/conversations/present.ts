// Rows become the Conversation that the world sees.

import { presentContact } from '../contacts/resolve.ts'
import type { Queryable } from '../db/pool.ts'
import { previewOf } from './preview.ts'
import type { ConversationRow } from './queries.ts'
import { type Conversations, DEFAULT_PAUSE_MINUTES } from './room.ts'
import type { Conversation } from './schema.ts'

const DAY_MS = 86_400_000

/** Of one tenant, in the order given. */
export async function presentAll(
  conversations: Conversations,
  db: Queryable,
  tenant_id: string,
  rows: ConversationRow[],
): Promise<Conversation[]> {
  const bot_ids = [...new Set(rows.flatMap(row => row.bot_id ?? []))]
  const pauses =
    bot_ids.length === 0 ? undefined : await conversations.hooks.pauseMinutes?.(db, tenant_id, bot_ids)
  const now_ms = conversations.clock.nowMs()
  return rows.map(row => present(row, pauses?.get(row.bot_id ?? '') ?? DEFAULT_PAUSE_MINUTES, now_ms))
}

function present(row: ConversationRow, pause_minutes: number, now_ms: number): Conversation {
  const { id, status, status_reason, autoreply_enabled, bot_id, unread_count } = row
  const { phone, user_id, username, name } = row
  return {
    id,
    phone_number_id: row.meta_phone_number_id,
    contact: presentContact({ id: row.contact_id, phone, user_id, username, name }),
    ...{ status, status_reason, autoreply_enabled, bot_id, unread_count },
    status_at: row.status_at.toISOString(),
    bot_paused_until: pausedUntil(row, pause_minutes, now_ms),
    window: windowOf(row, now_ms),
    last_message: lastMessage(row),
    last_inbound_at: iso(row.last_inbound_at),
    last_message_at: row.last_message_at.toISOString(),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

function pausedUntil(row: ConversationRow, pause_minutes: number, now_ms: number): string | null {
  const by_person = row.person_at === null ? 0 : row.person_at.getTime() + pause_minutes * 60_000
  const until_ms = Math.max(by_person, row.bot_paused_until?.getTime() ?? 0)
  return until_ms > now_ms ? new Date(until_ms).toISOString() : null
}

function windowOf(row: ConversationRow, now_ms: number): Conversation['window'] {
  const expires_ms = row.window_opened_at === null ? undefined : row.window_opened_at.getTime() + DAY_MS
  return {
    open: expires_ms !== undefined && expires_ms > now_ms,
    expires_at: expires_ms === undefined ? null : new Date(expires_ms).toISOString(),
    last_inbound_at: iso(row.window_opened_at),
    free_entry_point_expires_at: iso(row.free_entry_point_expires_at),
  }
}

function lastMessage(row: ConversationRow): Conversation['last_message'] {
  if (row.message_id === null) return null
  return {
    id: row.message_id,
    direction: row.message_direction,
    type: row.message_type,
    status: row.message_status,
    text: previewOf(row.message_type, row.message_content, row.message_template),
    bot_id: row.message_bot_id,
    campaign_id: row.message_campaign_id,
    created_at: row.message_created_at.toISOString(),
  }
}

function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString()
}
