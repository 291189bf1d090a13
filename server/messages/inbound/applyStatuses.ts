// Statuses of our own messages, as Meta reports them: in any order, any number of times, with steps missing.

import type { Transaction } from '../../db/pool.ts'
import { isUuid } from '../../kit/ids.ts'
import { explain } from '../../meta/verdicts.ts'
import { applyStatuses as applyRows, type StatusInput } from '../queries.ts'
import { openFreeEntryPoints } from './queries.ts'

export type Status = {
  /** Our id of the business number. */
  phone_number_id: string
  /** Meta's status object. */
  status: Record<string, unknown>
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
export async function applyStatuses(tx: Transaction, statuses: Status[]): Promise<(string | undefined)[]> {
  const folded = new Map<string, Omit<StatusInput, 'ord'>>()
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
  const inputs = [...folded.values()].map((input, ord) => ({ ord, ...input }))
  if (inputs.length === 0) return reasons
  const applied = await applyRows(tx, inputs)
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

function inputOf({ phone_number_id, status }: Status): Omit<StatusInput, 'ord'> | string {
  const known = KNOWN[String(status.status)]
  const at = new Date(Number(status.timestamp) * 1000)
  if (typeof status.id !== 'string') return 'The status names no message.'
  if (known === undefined) return `The status is ${JSON.stringify(status.status)}, which Carom does not know.`
  if (Number.isNaN(at.getTime())) return 'The status has no timestamp.'
  const callback = status.biz_opaque_callback_data
  return {
    id: typeof callback === 'string' && isUuid(callback) ? callback : null,
    phone_number_id,
    wamid: status.id,
    status: known,
    at,
    // read implies delivered implies sent; should the missing step still come, its own time counts.
    sent_at: known === 'failed' ? null : at,
    delivered_at: known === 'delivered' || known === 'read' ? at : null,
    read_at: known === 'read' ? at : null,
    failed_at: known === 'failed' ? at : null,
    error: known === 'failed' ? errorOf(status) : null,
    pricing: (status.pricing as object | undefined) ?? null,
  }
}

type Folded = Omit<StatusInput, 'ord'>

/** Two statuses of one message in one batch, as if they had come one after the other. */
function fold(a: Folded, b: Folded): Folded {
  const [low, high] = RANK[a.status] <= RANK[b.status] ? [a, b] : [b, a]
  return {
    ...high,
    id: a.id ?? b.id,
    at: earlier(a.at, b.at) ?? high.at,
    sent_at: earlier(a.sent_at, b.sent_at),
    delivered_at: earlier(a.delivered_at, b.delivered_at),
    read_at: earlier(a.read_at, b.read_at),
    failed_at: earlier(a.failed_at, b.failed_at),
    pricing: high.pricing ?? low.pricing,
  }
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}

function errorOf(status: Record<string, unknown>): object {
  const [first] = Array.isArray(status.errors) ? status.errors : []
  const error =
    first && typeof first.code === 'number' ? first : { code: 131000, title: 'Something went wrong' }
  return explain(error)
}

/** Inside a free entry point window Meta says with `sent` until when everything is free. */
function freeUntil(status: Record<string, unknown>): Date | undefined {
  const conversation = status.conversation as
    | { origin?: { type?: unknown }; expiration_timestamp?: unknown }
    | undefined
  if (conversation?.origin?.type !== 'referral_conversion') return undefined
  const at = new Date(Number(conversation.expiration_timestamp) * 1000)
  return Number.isNaN(at.getTime()) ? undefined : at
}
