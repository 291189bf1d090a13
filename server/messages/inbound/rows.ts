// A message of a webhook becomes a row: what it says, what stood around it, and where Meta's own words are kept.

import { derivedId } from '../../kit/ids.ts'
import { say } from './content.ts'
import { explainFirst } from './errors.ts'
import type { InboundRow } from './queries.ts'
import { compact, metaId, moment, phone, pick, record, type Shape } from './shapes.ts'

/** An item of a webhook that is a message, in either direction. */
export type Arrival = {
  tenant_id: string
  /** Our id of the business number. */
  phone_number_id: string
  /** Meta's message object. */
  message: Shape
  /** The `contacts` that stood beside it. */
  contacts: Shape[]
  /** The stored webhook it came with, and its place there. */
  inbox_id: string
  inbox_path: string
}

/** Where a reason comes back, the message cannot be stored. */
export function rowOf(
  item: Arrival,
  contactId: string | undefined,
  options: { history?: boolean } = {},
): Omit<InboundRow, 'created_at'> | string {
  const { message, tenant_id, phone_number_id, inbox_id, inbox_path } = item
  const wamid = metaId(message.id)
  const sent_at = moment(message.timestamp)
  if (wamid === undefined) return 'The message has no id.'
  if (sent_at === undefined) return 'The message has no timestamp.'
  if (contactId === undefined) return 'The message names nobody: neither a phone number nor a user id.'
  return {
    id: derivedId(sent_at.getTime(), tenant_id, wamid),
    ...{ tenant_id, phone_number_id, contact_id: contactId, wamid, ...say(message, options) },
    reply_to: metaId(record(message.context)?.id) ?? null,
    context: contextOf(message),
    referral: record(message.referral) ?? null,
    error: explainFirst(message.errors) ?? null,
    sent_at,
    ...{ inbox_id, inbox_path },
  }
}

/** What a message says about the one it answers, or that it was passed on. Its id is `reply_to`. */
function contextOf(message: Shape): Shape | null {
  const context = record(message.context)
  const digits = phone(context?.from)
  const found = compact({
    from: digits === undefined ? metaId(context?.from) : `+${digits}`,
    ...pick(context, { forwarded: 'boolean', frequently_forwarded: 'boolean' }),
    referred_product: record(context?.referred_product),
  })
  return Object.keys(found).length > 0 ? found : null
}

/** Messages of one batch keep their order in lists: each is a microsecond later than the one before. */
export function inOrder(at: Date, ord: number): string {
  return at.toISOString().replace('Z', `${String(ord % 1000).padStart(3, '0')}Z`)
}
