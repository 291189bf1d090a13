// What became of a send whose request was cut off (a crash, a lost answer): asked when its Idempotency-Key comes again.

import type { Recovered } from '../http/route.ts'
import { fail, type MetaProblem } from '../kit/errors.ts'
import { findByIdempotency } from './list/queries.ts'
import { present } from './present.ts'
import type { Messages } from './room.ts'

export async function recoverSend(
  messages: Messages,
  tenantId: string,
  idempotencyId: string,
): Promise<Recovered> {
  const row = await findByIdempotency(messages.db, tenantId, idempotencyId)
  if (!row) return { state: 'absent' }
  if (row.status === 'queued') return { state: 'done', reply: { status: 202, body: present(row) } }
  if (row.status === 'sending' || row.status === 'unknown') {
    const wait = Math.min(Math.max(Math.ceil(row.due_in_s ?? 1), 1), 60)
    return { state: 'pending', retry_after_s: wait }
  }
  // With a wamid Meta took it, whatever became of it afterwards.
  if (row.status !== 'failed' || row.wamid !== null) {
    return { state: 'done', reply: { status: 201, body: present(row) } }
  }
  const error = row.error as { code: number | string; retry?: string }
  const details = { message_id: row.id }
  if (error.code === 'not_confirmed') fail('not_confirmed', { details })
  if (typeof error.code === 'number' && error.retry === 'never') {
    fail('meta_rejected', { meta: error as MetaProblem, details })
  }
  // It was not taken, for a reason that may pass: nothing stands in the way of running the request again.
  return { state: 'absent' }
}
