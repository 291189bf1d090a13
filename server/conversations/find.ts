// Reading threads: one by its id, a page of them, and the messages of one.

import { findNumber } from '../accounts/room.ts'
import { findContact } from '../contacts/resolve.ts'
import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { isUuid } from '../kit/ids.ts'
import { parseAddress } from '../kit/phone.ts'
import { listMessages } from '../messages/list/find.ts'
import { presentAll } from './present.ts'
import { type ConversationRow, type Filters, findMany, list } from './queries.ts'
import type { Conversations } from './room.ts'
import type { Conversation } from './schema.ts'

export async function requireRow(
  conversations: Conversations,
  db: Queryable,
  tenant_id: string,
  id: string,
): Promise<ConversationRow> {
  const [row] = await findMany(db, tenant_id, [id], conversations.clock.now())
  return row ?? fail('not_found', { message: 'There is no such conversation in this account.' })
}

export async function requireConversation(
  conversations: Conversations,
  db: Queryable,
  tenant_id: string,
  id: string,
): Promise<Conversation> {
  const row = await requireRow(conversations, db, tenant_id, id)
  const [shown] = await presentAll(conversations, db, tenant_id, [row])
  return shown as Conversation
}

export type ListQuery = Omit<Filters, 'contact_id'> & { contact?: string }

export type Page = { after?: { at: string; id: string }; rows: number }

export type Found = { row: ConversationRow; shown: Conversation }

/** The newest activity first. A filter that names a number or contact which does not exist finds nothing. */
export async function listConversations(
  conversations: Conversations,
  tenant_id: string,
  { contact, phone_number_id, q, ...rest }: ListQuery,
  page: Page,
): Promise<Found[]> {
  const filters: Filters = { ...rest }
  const words = q?.trim()
  if (words) filters.q = words
  if (phone_number_id !== undefined) {
    const number = await findNumber(conversations.accounts, tenant_id, phone_number_id)
    if (!number) return []
    filters.phone_number_id = number.id
  }
  if (contact !== undefined) {
    const who = isUuid(contact) ? { kind: 'id' as const, value: contact } : parseAddress(contact, 'contact')
    const found = await findContact(conversations.messages.contacts, tenant_id, who)
    if (!found) return []
    filters.contact_id = found.id
  }
  const rows = await list(conversations.db, tenant_id, filters, { ...page, now: conversations.clock.now() })
  const shown = await presentAll(conversations, conversations.db, tenant_id, rows)
  return rows.map((row, ord) => ({ row, shown: shown[ord] as Conversation }))
}

/** Newest first. */
export async function listThread(
  conversations: Conversations,
  tenant_id: string,
  id: string,
  page: { after?: { at: string; id: string }; limit: number },
): ReturnType<typeof listMessages> {
  const { messages, db } = conversations
  const { contact_id, phone_number_id } = await requireRow(conversations, db, tenant_id, id)
  return listMessages(messages, tenant_id, { contact: contact_id, phone_number_id }, page)
}
