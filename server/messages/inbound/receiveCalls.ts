// Calls that people make to a business number. A call is a message of type `call`: what Meta tells of it (connect,
// terminate) comes together in one row, and it opens the window as a message does. Carom does not answer calls.

import type { Transaction } from '../../db/pool.ts'
import { derivedId } from '../../kit/ids.ts'
import type { Messages } from '../room.ts'
import { type CallRow, upsertCalls } from './callQueries.ts'
import { identifySender } from './identify.ts'
import { meet } from './meet.ts'
import { noteThreads } from './noteThreads.ts'
import { openWindows } from './queries.ts'
import { type Arrival, inOrder } from './rows.ts'
import { metaId, moment, pick } from './shapes.ts'

/** Answers a reason for each that cannot be stored. Calls that the business makes do not belong here (isBusinessCall). */
export async function receiveCalls(
  messages: Messages,
  tx: Transaction,
  calls: Arrival[],
): Promise<(string | undefined)[]> {
  const ids = await meet(
    messages,
    tx,
    calls.map(one => identifySender(one.tenant_id, one.message, one.contacts)),
  )
  const now = messages.clock.now()
  const rows = new Map<string, CallRow>()
  const opening: CallRow[] = []
  const reasons = calls.map((one, ord) => {
    const row = callRow(one, ids[ord])
    if (typeof row === 'string') return row
    if (one.message.event !== 'terminate' || one.message.start_time !== undefined) opening.push(row)
    const key = `${row.phone_number_id} ${row.wamid}`
    const before = rows.get(key)
    rows.set(key, before ? together(before, row) : { ...row, created_at: inOrder(now, ord) })
    return undefined
  })
  if (rows.size === 0) return reasons
  const stored = new Set(await upsertCalls(tx, [...rows.values()]))
  const news = [...rows.values()].filter(row => stored.has(row.id))
  await noteThreads(
    messages,
    tx,
    news.map(row => ({ ...row, type: 'call' })),
  )
  if (opening.length > 0)
    await openWindows(
      tx,
      opening.map(row => ({ ...row, at: row.sent_at })),
    )
  return reasons
}

/** Made by the business, from wherever: not a message of a person, and no window opens. */
export function isBusinessCall(call: Record<string, unknown>): boolean {
  return call.direction === 'BUSINESS_INITIATED'
}

function callRow({ message, ...one }: Arrival, contactId: string | undefined): CallRow | string {
  const wamid = metaId(message.id)
  const at = moment(message.start_time) ?? moment(message.timestamp)
  if (wamid === undefined) return 'The call has no id.'
  if (at === undefined) return 'The call has no timestamp.'
  if (contactId === undefined) return 'The call names nobody: neither a phone number nor a user id.'
  const { tenant_id, phone_number_id, inbox_id, inbox_path } = one
  return {
    id: derivedId(at.getTime(), tenant_id, wamid),
    ...{ tenant_id, phone_number_id, contact_id: contactId, wamid, inbox_id, inbox_path },
    content: {
      ...pick(message, {
        direction: 'string',
        status: 'string',
        deeplink_payload: 'string',
        cta_payload: 'string',
      }),
      ...pick(message, { duration: 'number', start_time: 'string', end_time: 'string' }),
    },
    sent_at: at,
    created_at: '',
  }
}

function together(a: CallRow, b: CallRow): CallRow {
  const [first, last] = a.sent_at <= b.sent_at ? [a, b] : [b, a]
  return { ...first, content: { ...first.content, ...last.content }, created_at: a.created_at }
}
