// What was newly stored is told to the room of conversations, in the same transaction: each message once, whatever is
// repeated or projected again.

import type { Transaction } from '../../db/pool.ts'
import type { Messages } from '../room.ts'

/** A message that a person wrote, or that was written to them outside of Carom. */
export type NotedMessage = {
  id: string
  tenant_id: string
  phone_number_id: string
  contact_id: string
  direction: 'inbound' | 'outbound'
  origin: 'app' | 'history' | null
  type: string
  sent_at: Date
  /** ISO, to the microsecond. */
  created_at: string
}

type Stored = Omit<NotedMessage, 'direction' | 'origin'> & Partial<NotedMessage> & { content: unknown }

/** What WhatsApp itself says, and what is written in groups, belongs to no thread. */
export async function noteThreads(messages: Messages, tx: Transaction, rows: Stored[]): Promise<void> {
  const noted = rows.filter(inThread).map(row => ({
    id: row.id,
    ...{ tenant_id: row.tenant_id, phone_number_id: row.phone_number_id, contact_id: row.contact_id },
    ...{ direction: row.direction ?? 'inbound', origin: row.origin ?? null },
    ...{ type: row.type, sent_at: row.sent_at, created_at: row.created_at },
  }))
  if (noted.length > 0) await messages.hooks.noteThreads?.(tx, noted)
}

function inThread({ type, content }: Stored): boolean {
  if (type === 'system') return false
  return type !== 'unsupported' || !(typeof content === 'object' && content && 'group_id' in content)
}
