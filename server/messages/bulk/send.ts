// One try to hand a message of a campaign to Meta, and what becomes of its row. Who may be sent when is the campaign's affair;
// nothing here waits, and what Meta did not take waits in its row for the next try.

import type { SendableNumber } from '../../accounts/room.ts'
import { markTokenInvalid } from '../../accounts/room.ts'
import { backoffMs } from '../../kit/backoff.ts'
import type { Verdict } from '../../meta/send.ts'
import type { Messages } from '../room.ts'
import { problemOf } from '../settle.ts'
import { wireBody } from '../wire.ts'
import type { Bulk, BulkSettlement } from './queries.ts'

/** Less time than this is not enough for Meta to answer: the row goes back unsent. */
const LEAST_TRY_MS = 250
const RETRY_BASE_MS = 1_000
const RETRY_CAP_MS = 60_000
/** So often Meta may say "not now" about one message, while it takes others. */
const MOST_TRIES = 5

/** `late`: it was not tried, because its lease would not have outlasted the answer. */
export type Outcome = Verdict | { kind: 'late' }

export async function sendBulk(
  messages: Messages,
  number: SendableNumber,
  row: Bulk,
  deadline_ms: number,
): Promise<Outcome> {
  const left = deadline_ms - performance.now()
  if (left < LEAST_TRY_MS) return { kind: 'late' }
  return messages.meta.send({
    token: number.token,
    tenant_id: row.tenant_id,
    phone_number_id: number.phone_number_id,
    body: wireBody({ ...row, type: 'template', reply_to: null }),
    deadline_ms_left: left,
    attempt: row.attempt,
    bulk: true,
  })
}

/** Writes the outcome. `patient`: Meta takes nobody's messages at present, so this one's tries do not count. */
export async function settleBulk(
  messages: Messages,
  number: SendableNumber,
  row: Bulk,
  outcome: Outcome,
  patient: boolean,
): Promise<BulkSettlement['status']> {
  const fate = fateOf(messages, row, outcome, patient)
  if (outcome.kind === 'rejected' && outcome.token_invalid) {
    await markTokenInvalid(messages.accounts, number.account_id)
  }
  if (outcome.kind === 'throttled' && outcome.problem.code === 130429) {
    await messages.pace.throttled(number, outcome.wait_ms)
  }
  await messages.settleBulk({ id: row.id, attempt: row.attempt, now: messages.clock.now(), ...fate })
  if (outcome.kind === 'accepted' && outcome.wa_id && `+${outcome.wa_id}` !== row.recipient) {
    await messages.learnDialled({
      tenant_id: row.tenant_id,
      contact_id: row.contact_id,
      value: outcome.wa_id,
    })
  }
  return fate.status
}

/** Back into the queue, as if it had never been taken: its campaign stands still, or this process stops. */
export async function putBack(messages: Messages, row: Bulk): Promise<void> {
  const now = messages.clock.now()
  await messages.settleBulk({ id: row.id, attempt: row.attempt, now, ...again(0) })
}

type Fate = Pick<BulkSettlement, 'status' | 'wamid' | 'error' | 'in_ms'>

function fateOf(messages: Messages, row: Bulk, outcome: Outcome, patient: boolean): Fate {
  switch (outcome.kind) {
    case 'accepted':
      return { status: 'accepted', wamid: outcome.wamid, error: null, in_ms: null }
    case 'unknown':
      return unknown(messages)
    case 'rejected':
      return { status: 'failed', wamid: null, error: outcome.problem, in_ms: null }
    case 'late':
      return again(0)
    case 'unreachable':
      return again(backoffMs(row.attempt, RETRY_BASE_MS, RETRY_CAP_MS))
    case 'throttled':
    case 'transient': {
      if (row.attempt >= MOST_TRIES && !patient) {
        return { status: 'failed', wamid: null, error: problemOf(outcome), in_ms: null }
      }
      return again(Math.max(outcome.wait_ms, backoffMs(row.attempt, RETRY_BASE_MS, RETRY_CAP_MS)))
    }
  }
}

export function unknown(messages: Messages): Fate & { status: 'unknown'; in_ms: number } {
  const in_ms = messages.config.CAROM_RECONCILE_SECONDS * 1000
  return { status: 'unknown', wamid: null, error: null, in_ms }
}

export function again(in_ms: number): Fate {
  return { status: 'queued', wamid: null, error: null, in_ms: Math.round(in_ms) }
}
