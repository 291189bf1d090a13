// Rows become the Message that the world sees.

import { presentContact } from '../contacts/resolve.ts'
import type { ContactRow } from '../contacts/schema.ts'
import type { MessageRow } from './list/queries.ts'
import type { NewMessage, Settled } from './queries.ts'
import type { Message } from './schema.ts'

export function present(row: MessageRow): Message {
  const { phone, user_id, username, name } = row
  const contact = presentContact({ id: row.contact_id, phone, user_id, username, name })
  const address =
    row.direction === 'outbound' ? { to: row.recipient } : { from: contact.phone ?? contact.user_id }
  return {
    id: row.id,
    wamid: row.wamid,
    direction: row.direction,
    phone_number_id: row.meta_phone_number_id,
    ...address,
    contact,
    type: row.type,
    status: row.status,
    content: row.content,
    template: row.template as Message['template'],
    reply_to: row.reply_to,
    client_ref: row.client_ref,
    campaign_id: row.campaign_id,
    bot_id: row.bot_id,
    error: row.error as Message['error'],
    pricing: row.pricing,
    cost: row.cost as Message['cost'],
    created_at: row.created_at.toISOString(),
    accepted_at: iso(row.accepted_at),
    sent_at: iso(row.sent_at),
    delivered_at: iso(row.delivered_at),
    read_at: iso(row.read_at),
    failed_at: iso(row.failed_at),
    origin: row.origin ?? 'live',
    context: row.context as Message['context'],
    referral: row.referral as Message['referral'],
    edits: row.edits as Message['edits'],
    edited_at: iso(row.edited_at),
    revoked_at: iso(row.revoked_at),
  }
}

type Fresh = Omit<NewMessage, 'status'> & { status: string; contact_id: string } & Partial<Settled>

/** The answer to a send, from what was stored and settled: no read of what was just written. */
export function presentSent(number: { phone_number_id: string }, contact: ContactRow, row: Fresh): Message {
  const { phone, user_id, username, name } = contact
  return present({
    ...row,
    direction: 'outbound',
    meta_phone_number_id: number.phone_number_id,
    phone,
    user_id,
    username,
    name,
    wamid: row.wamid ?? null,
    campaign_id: null,
    bot_id: null,
    error: row.error ?? null,
    pricing: null,
    cost: null,
    accepted_at: row.accepted_at ?? null,
    sent_at: row.sent_at ?? null,
    delivered_at: row.delivered_at ?? null,
    read_at: row.read_at ?? null,
    failed_at: row.failed_at ?? null,
    ...{ origin: null, context: null, referral: null, edits: null, edited_at: null, revoked_at: null },
  })
}

function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString()
}
