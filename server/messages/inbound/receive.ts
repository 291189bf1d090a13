// Messages from people: stored once per wamid, under the contact who wrote them, renewing that contact's window.

import { type Identity, learnIdentities } from '../../contacts/learn.ts'
import type { Transaction } from '../../db/pool.ts'
import { derivedId } from '../../kit/ids.ts'
import { explain } from '../../meta/verdicts.ts'
import type { Messages } from '../room.ts'
import { type InboundRow, insertInbound, moveContact, openWindows } from './queries.ts'

export type Inbound = {
  tenant_id: string
  /** Our id of the business number. */
  phone_number_id: string
  /** Meta's message object. */
  message: Record<string, unknown>
  /** The `contacts` that stood beside it. */
  contacts: Record<string, unknown>[]
}

/** Answers a reason for each message that cannot be stored (in the order given), undefined where all went well. */
export async function receive(
  messages: Messages,
  tx: Transaction,
  inbound: Inbound[],
): Promise<(string | undefined)[]> {
  const identities = inbound.map(identityOf)
  const learned = await learnIdentities(messages.contacts, tx, identities)
  for (const { from, into } of learned.merged) await moveContact(tx, from, into)
  const now = messages.clock.now()
  const reasons: (string | undefined)[] = []
  const rows: InboundRow[] = []
  inbound.forEach((item, ord) => {
    const row = rowOf(item, learned.contact_ids[ord], now, ord)
    reasons.push(typeof row === 'string' ? row : undefined)
    if (typeof row !== 'string') rows.push(row)
  })
  if (rows.length === 0) return reasons
  await insertInbound(tx, rows)
  const opening = rows.filter(row => row.type !== 'system').map(row => ({ ...row, at: row.sent_at }))
  if (opening.length > 0) await openWindows(tx, opening)
  return reasons
}

/** Who wrote it. The phone number may be missing: Meta omits it for people who hide behind a username. */
export function identityOf({ tenant_id, message, contacts }: Inbound): Identity {
  const phone = text(message.from)
  const user_id = text(message.from_user_id)
  const contact =
    contacts.find(
      c => (phone !== undefined && c.wa_id === phone) || (user_id !== undefined && c.user_id === user_id),
    ) ?? (contacts.length === 1 && message.type !== 'system' ? contacts[0] : undefined)
  const profile = (contact?.profile ?? {}) as Record<string, unknown>
  const known = {
    phone: phone ?? text(contact?.wa_id),
    user_id: user_id ?? text(contact?.user_id),
    name: text(profile.name),
    username: text(profile.username),
  }
  return {
    tenant_id,
    ...(Object.fromEntries(Object.entries(known).filter(([, v]) => v !== undefined)) as object),
  }
}

function rowOf(item: Inbound, contactId: string | undefined, now: Date, ord: number): InboundRow | string {
  const { message } = item
  const wamid = text(message.id)
  const seconds = Number(message.timestamp)
  if (wamid === undefined) return 'The message has no id.'
  if (!Number.isFinite(seconds) || seconds <= 0) return 'The message has no timestamp.'
  if (contactId === undefined) return 'The message names no sender: neither a phone number nor a user id.'
  const type = text(message.type) ?? 'unsupported'
  const sent_at = new Date(seconds * 1000)
  return {
    id: derivedId(sent_at.getTime(), item.tenant_id, wamid),
    tenant_id: item.tenant_id,
    phone_number_id: item.phone_number_id,
    contact_id: contactId,
    type,
    wamid,
    content: message[type] ?? message,
    reply_to: text((message.context as Record<string, unknown> | undefined)?.id) ?? null,
    referral: (message.referral as object | undefined) ?? null,
    error: errorOf(message),
    sent_at,
    created_at: inOrder(now, ord),
  }
}

/** Messages of one batch keep their order in lists: each is a microsecond later than the one before. */
function inOrder(now: Date, ord: number): string {
  return now.toISOString().replace('Z', `${String(ord % 1000).padStart(3, '0')}Z`)
}

function errorOf(message: Record<string, unknown>): object | null {
  const [first] = Array.isArray(message.errors) ? message.errors : []
  return first && typeof first.code === 'number' ? explain(first) : null
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
