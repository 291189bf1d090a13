// Statuses of our own messages, as Meta reports them: in any order, any number of times, with steps missing.

import { type MessagePrice, priceMessage } from '../../analytics/costs/priceMessage.ts'
import type { Identity } from '../../contacts/learn.ts'
import type { Transaction } from '../../db/pool.ts'
import { isUuid } from '../../kit/ids.ts'
import { applyStatuses as applyRows, type StatusInput } from '../queries.ts'
import type { Messages } from '../room.ts'
import { explainError } from './errors.ts'
import { identify } from './identify.ts'
import { recall } from './meet.ts'
import { noteOptOuts } from './optOuts.ts'
import { openFreeEntryPoints } from './queries.ts'
import { metaId, moment, phone, record, records, type Shape } from './shapes.ts'

export type Status = {
  tenant_id: string
  /** Our id of the business number. */
  phone_number_id: string
  /** Meta's status object. */
  status: Shape
  /** The `contacts` that stood beside it. */
  contacts: Shape[]
  /** What the number's account is billed in, and by which calendar. */
  currency: string | null
  timezone_id: string | null
}

/** `played` is the first play of a voice message: it was seen. */
const KNOWN: Record<string, StatusInput['status']> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
}

const RANK = { sent: 1, failed: 2, delivered: 3, read: 4 }

/**
 * Answers a reason for each status that means nothing to Carom, undefined where all went well. A status about a message
 * that Carom did not send (another app on the same WABA did) is none of its business and passes silently.
 */
export async function applyStatuses(
  messages: Messages,
  tx: Transaction,
  statuses: Status[],
): Promise<(string | undefined)[]> {
  await meetRecipients(messages, tx, statuses)
  const folded = new Map<string, Folded>()
  const free = new Map<string, Date>()
  const reasons = statuses.map(status => {
    const input = inputOf(status)
    if (typeof input === 'string') return input
    const key = `${input.phone_number_id} ${input.wamid}`
    const before = folded.get(key)
    folded.set(key, before ? fold(before, input) : input)
    const expires = freeUntil(status.status)
    if (expires) free.set(key, expires)
    return undefined
  })
  const inputs = await Promise.all(
    [...folded.values()].map(async ({ bill, ...input }, ord) => {
      return { ord, ...input, cost: bill && (await priceMessage(messages.analytics, bill)) }
    }),
  )
  if (inputs.length === 0) return reasons
  const applied = await applyRows(tx, inputs)
  await noteOptOuts(tx, inputs, applied)
  if (free.size > 0) {
    const keys = [...folded.keys()]
    await openFreeEntryPoints(
      tx,
      applied.flatMap(({ ord, id }) => {
        const expires_at = free.get(keys[ord] ?? '')
        return expires_at ? [{ message_id: id, expires_at }] : []
      }),
    )
  }
  return reasons
}

/**
 * Statuses bring the user id of a phone number, and names: what was missing is filled in, nothing is overwritten, and
 * nobody is made a contact by a status about another app's message. What was found to be known is remembered, so that the
 * many statuses that say nothing new cost no look-up.
 */
async function meetRecipients(messages: Messages, tx: Transaction, statuses: Status[]): Promise<void> {
  const { told } = messages
  const fresh = new Map<string, Identity>()
  const seen = new Set<Shape[]>()
  for (const { tenant_id, contacts } of statuses) {
    if (seen.has(contacts)) continue
    seen.add(contacts)
    for (const one of contacts) {
      const names = { phone: phone(one.wa_id), user_id: metaId(one.user_id) }
      const identity = identify(tenant_id, names, [one], undefined)
      const { phone: digits, user_id, name, username } = identity
      const key = [tenant_id, digits, user_id, name, username].join('\n')
      if (!told.has(key)) fresh.set(key, identity)
    }
  }
  if (fresh.size === 0) return
  const { contact_ids, known } = await recall(messages, tx, [...fresh.values()])
  if (!known) return
  if (told.size > MOST_TOLD) told.clear()
  for (const [ord, key] of [...fresh.keys()].entries()) if (contact_ids[ord] !== undefined) told.add(key)
}

const MOST_TOLD = 50_000

function inputOf({ tenant_id, phone_number_id, status, currency, timezone_id }: Status): Folded | string {
  const said = typeof status.status === 'string' ? status.status : ''
  const known = Object.hasOwn(KNOWN, said) ? KNOWN[said] : undefined
  const at = moment(status.timestamp)
  const wamid = metaId(status.id)
  if (wamid === undefined) return 'The status names no message.'
  if (known === undefined)
    return `The status is ${JSON.stringify(status.status ?? null)}, which Carom does not know.`
  if (at === undefined) return 'The status has no timestamp.'
  const callback = status.biz_opaque_callback_data
  const pricing = record(status.pricing) ?? null
  const digits = phone(status.recipient_id)
  const recipient = digits === undefined ? metaId(status.recipient_user_id) : `+${digits}`
  return {
    id: typeof callback === 'string' && isUuid(callback) ? callback : null,
    phone_number_id,
    wamid,
    status: known,
    at,
    // read implies delivered implies sent; should the missing step still come, its own time counts.
    sent_at: known === 'failed' ? null : at,
    delivered_at: known === 'delivered' || known === 'read' ? at : null,
    read_at: known === 'read' ? at : null,
    failed_at: known === 'failed' ? at : null,
    error: known === 'failed' ? explainError(records(status.errors)[0] ?? NO_REASON) : null,
    pricing,
    priced_by: pricing && RANK[known],
    bill: pricing && { tenant_id, currency, timezone_id, pricing, recipient: recipient ?? '', at },
  }
}

const NO_REASON = { code: 131000, title: 'Something went wrong' }

type Folded = Omit<StatusInput, 'ord' | 'cost'> & { bill: MessagePrice | null }

/** Two statuses of one message in one batch, as if they had come one after the other. */
function fold(a: Folded, b: Folded): Folded {
  const priced = (a.priced_by ?? 0) >= (b.priced_by ?? 0) ? a : b
  const high = RANK[a.status] <= RANK[b.status] ? b : a
  return {
    ...high,
    id: a.id ?? b.id,
    at: earlier(a.at, b.at) ?? high.at,
    sent_at: earlier(a.sent_at, b.sent_at),
    delivered_at: earlier(a.delivered_at, b.delivered_at),
    read_at: earlier(a.read_at, b.read_at),
    failed_at: earlier(a.failed_at, b.failed_at),
    ...{ pricing: priced.pricing, priced_by: priced.priced_by, bill: priced.bill },
  }
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}

/** Inside a free entry point window Meta says with `sent` until when everything is free. */
function freeUntil(status: Shape): Date | undefined {
  const conversation = record(status.conversation)
  if (record(conversation?.origin)?.type !== 'referral_conversion') return undefined
  return moment(conversation?.expiration_timestamp)
}
