// Reading messages: one by id or wamid, a page of them, and the state of a session window.

import { type Accounts, findNumber } from '../../accounts/room.ts'
import { findContact } from '../../contacts/resolve.ts'
import { fail } from '../../kit/errors.ts'
import { isUuid } from '../../kit/ids.ts'
import { parseAddress } from '../../kit/phone.ts'
import type { Messages } from '../room.ts'
import { type Filters, find, findSource, findWindow, list, type MessageRow } from './queries.ts'

/** `id` is our id or a wamid. */
export function findMessage(
  messages: Messages,
  tenantId: string,
  id: string,
): Promise<MessageRow | undefined> {
  return find(messages.db, tenantId, isUuid(id) ? { id } : { wamid: id })
}

export async function requireMessage(messages: Messages, tenantId: string, id: string): Promise<MessageRow> {
  const row = await findMessage(messages, tenantId, id)
  return row ?? fail('not_found', { message: `There is no message ${JSON.stringify(id)} in this account.` })
}

/** Meta's own object of a message that came in, as the webhook had it. Null for what Carom sent, or no longer keeps. */
export async function rawOf(messages: Messages, tenantId: string, id: string): Promise<unknown> {
  const source = await findSource(messages.db, tenantId, id)
  if (!source?.inbox_id || !source.inbox_path) return null
  return (await messages.hooks.readRaw?.(source.inbox_id, source.inbox_path)) ?? null
}

export type ListQuery = Omit<Filters, 'contact_id' | 'from' | 'to'> & {
  contact?: string
  from?: string
  to?: string
}

/** Newest first. A filter that names a number or contact which does not exist finds nothing. */
export async function listMessages(
  messages: Messages,
  tenantId: string,
  query: ListQuery,
  page: { after?: { at: string; id: string }; limit: number },
): Promise<(MessageRow & { cursor_at: string })[]> {
  const { contact, phone_number_id, from, to, ...rest } = query
  const filters: Filters = { ...rest }
  if (from !== undefined) filters.from = new Date(from)
  if (to !== undefined) filters.to = new Date(to)
  if (phone_number_id !== undefined) {
    const number = await findNumber(messages.accounts, tenantId, phone_number_id)
    if (!number) return []
    filters.phone_number_id = number.id
  }
  if (contact !== undefined) {
    const found = await contactNamed(messages, tenantId, contact)
    if (!found) return []
    filters.contact_id = found.id
  }
  return (await list(messages.db, tenantId, filters, page)) as (MessageRow & { cursor_at: string })[]
}

const DAY_MS = 24 * 3_600_000

export async function readWindow(
  messages: Messages,
  tenantId: string,
  phoneNumberId: string,
  contact: string,
) {
  const number = await numberNamed(messages.accounts, tenantId, phoneNumberId)
  const found = await contactNamed(messages, tenantId, contact)
  const state = found && (await findWindow(messages.db, tenantId, number.id, found.id))
  const expires = state && state.last_inbound_at.getTime() + DAY_MS
  return {
    open: expires !== undefined && expires > messages.clock.nowMs(),
    expires_at: expires === undefined ? null : new Date(expires).toISOString(),
    last_inbound_at: state?.last_inbound_at.toISOString() ?? null,
    free_entry_point_expires_at: state?.free_entry_point_expires_at?.toISOString() ?? null,
  }
}

async function numberNamed(accounts: Accounts, tenantId: string, id: string) {
  const number = await findNumber(accounts, tenantId, id)
  return (
    number ??
    fail('not_found', { param: 'phone_number_id', message: 'There is no such phone number in this account.' })
  )
}

/** By our id, a phone number or a user id. */
export function contactNamed(messages: Messages, tenantId: string, contact: string) {
  const who = isUuid(contact) ? { kind: 'id' as const, value: contact } : parseAddress(contact, 'contact')
  return findContact(messages.contacts, tenantId, who)
}
