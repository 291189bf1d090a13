// The moment a send becomes a row: contact and window are looked up and the message stored in one batched statement.

import type { SendableNumber } from '../accounts/room.ts'
import type { ContactRow } from '../contacts/schema.ts'
import { fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import type { Address } from '../kit/phone.ts'
import type { Opened } from './queries.ts'
import type { Messages } from './room.ts'
import type { SendOptions } from './send.ts'

type Row = Parameters<Messages['store']>[0]

export type Chosen = { address: Address } & Pick<
  Row,
  'type' | 'content' | 'template' | 'reply_to' | 'client_ref' | 'needs_window'
>

export type StoredMessage = Row & { contact_id: string; contact: ContactRow }

/** Stores the message if its window allows it. Where it does not: the error if this is the last word, else nothing. */
export async function storeMessage(
  messages: Messages,
  number: SendableNumber,
  chosen: Chosen,
  options: SendOptions,
  final: boolean,
): Promise<StoredMessage | undefined> {
  const row = rowOf(messages, number, chosen, options)
  const opened = await storeWithContact(messages, row, chosen.address)
  if (opened.open) return { ...row, contact_id: opened.contact_id, contact: contactOf(opened) }
  if (!final) return undefined
  const { last_inbound_at } = opened
  const expired = last_inbound_at && new Date(last_inbound_at.getTime() + 24 * 3_600_000)
  fail('session_window_closed', { details: { window_expired_at: expired, last_inbound_at } })
}

type Known = Opened & { contact_id: string }

/** Somebody whom nobody has heard of is made a contact first; whoever is known costs no statement of their own. */
async function storeWithContact(messages: Messages, row: Row, address: Address): Promise<Known> {
  for (let round = 0; round < 3; round++) {
    const opened = await messages.store(row)
    if (opened.contact_id !== null) return opened as Known
    await messages.contacts.resolve({ tenant_id: row.tenant_id, address })
  }
  throw new Error('A contact was removed as often as it was made.')
}

function rowOf(messages: Messages, number: SendableNumber, chosen: Chosen, options: SendOptions): Row {
  const { address, ...content } = chosen
  const now = messages.clock.now()
  return {
    id: newId(now.getTime()),
    tenant_id: options.caller.tenant_id,
    phone_number_id: number.id,
    alias_kind: address.kind,
    alias: address.value,
    recipient: address.kind === 'phone' ? `+${address.value}` : address.value,
    ...content,
    status: options.later ? 'queued' : 'sending',
    idempotency_id: options.idempotency_id ?? null,
    created_at: now,
  }
}

function contactOf({ contact_id, phone, user_id, username, name }: Known): ContactRow {
  return { id: contact_id, phone, user_id, username, name }
}
