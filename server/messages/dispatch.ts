// The worker of the message table: sends what is queued, and finds out what became of sends whose process died or
// whose answer was lost. A row under an expired lease is never simply sent again. What campaigns queue is none of its
// business: their rows come here only when a lease or the reconcile time ran out.

import { sendableById } from '../accounts/room.ts'
import { findContact } from '../contacts/resolve.ts'
import { type Loop, startLoop } from '../db/lease.ts'
import { backoffMs } from '../kit/backoff.ts'
import { attempt } from './attempt.ts'
import { again, unknown } from './bulk/send.ts'
import { stillSilent } from './bulk/told.ts'
import { claim, type Due, giveMoreTime } from './queueQueries.ts'
import { LEASE_MARGIN_MS, type Messages, QUEUE_CHANNEL } from './room.ts'
import { givenUp, learnFromAnswer, notConfirmed, settleVerdict, windowClosed } from './settle.ts'

/** What the inbox knows about Meta's webhooks; handed in by main, since the inbox lies above this room. */
export type HeardFromMeta = () => Promise<{
  /** When the newest webhook arrived, if any ever did. */
  last_received_at: Date | undefined
  /** Whether everything received so far has been applied. */
  caught_up: boolean
}>

const REQUEUE_BASE_MS = 1_000
const REQUEUE_CAP_MS = 60_000

/**
 * While a process was away Meta may have gone unheard, and it repeats its webhooks at growing intervals: after an outage of
 * an hour the next one may be an hour away. So sends in the dark wait for the reconcile time anew, and as long again as they
 * have waited, up to this.
 */
const MOST_AGAIN_MS = 3_600_000

/** See MOST_AGAIN_MS: a webhook that Meta repeats after an outage shall still come before the verdict. */
export async function startDispatch(messages: Messages, heardFromMeta: HeardFromMeta): Promise<Loop> {
  await giveMoreTime(messages.db, messages.config.CAROM_RECONCILE_SECONDS, MOST_AGAIN_MS / 1000)
  const lease_ms = messages.config.CAROM_SEND_TIMEOUT_MS + LEASE_MARGIN_MS
  const loop = startLoop<Due>({
    name: 'messages',
    claim: limit => claim(messages.db, limit, messages.process_id, lease_ms, messages.clock.now()),
    work: rows => workOn(messages, rows, heardFromMeta),
    limit: 200,
    concurrency: 4,
    poll_ms: 1_000,
    listen: { listener: messages.listener, channel: QUEUE_CHANNEL },
    log: messages.log,
  })
  messages.wakers.add(loop.wake)
  return {
    ...loop,
    drain(timeout_ms) {
      messages.wakers.delete(loop.wake)
      return loop.drain(timeout_ms)
    },
  }
}

async function workOn(messages: Messages, rows: Due[], heardFromMeta: HeardFromMeta): Promise<void> {
  const began_ms = performance.now()
  const dark = rows.filter(row => row.status === 'unknown')
  const heard = dark.length > 0 ? await heardFromMeta() : undefined
  const silent = await stillSilent(
    messages,
    dark.filter(row => row.campaign_id !== null),
  )
  const cutOff = rows.filter(row => row.status === 'sending').map(row => row.id)
  if (cutOff.length > 0) {
    const told = { messages: cutOff.length, first: cutOff[0] }
    messages.log.warn(told, 'Sends were cut off; waiting for word from Meta')
  }
  const outcomes = await Promise.allSettled(
    rows.map(row => {
      if (row.status === 'queued') return sendQueued(messages, row, began_ms)
      if (row.status === 'sending') return becomeUnknown(messages, row)
      return reconcile(messages, row, silent.has(row.id) ? undefined : heard)
    }),
  )
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      messages.log.error({ err: outcome.reason }, 'A queued message could not be worked on')
  }
}

async function sendQueued(messages: Messages, row: Due, began_ms: number): Promise<void> {
  const number = await sendableById(messages.accounts, row.phone_number_id)
  if (row.expired) return failWith(messages, row, givenUp)
  if (!number) return failWith(messages, row, accountGone)
  if (!row.window_open) return failWith(messages, row, windowClosed)
  const verdict = await attempt(messages, number, row, began_ms + messages.config.CAROM_SEND_TIMEOUT_MS)
  const in_ms = Math.max(waitOf(verdict), backoffMs(row.attempts, REQUEUE_BASE_MS, REQUEUE_CAP_MS))
  await settleVerdict(messages, number, row.id, verdict, { requeue: { in_ms } })
  if (verdict.kind === 'accepted' && verdict.wa_id && `+${verdict.wa_id}` !== row.recipient) {
    const contact = await findContact(messages.contacts, row.tenant_id, { kind: 'id', value: row.contact_id })
    if (contact) await learnFromAnswer(messages, { ...contact, tenant_id: row.tenant_id }, verdict)
  }
}

/** Its process died, or lost the database, while Meta had it: only Meta knows whether it was taken. */
async function becomeUnknown(messages: Messages, row: Due): Promise<void> {
  const { id, attempts: attempt, campaign_id } = row
  const now = messages.clock.now()
  const { in_ms: reconcile_ms, ...fate } = unknown(messages)
  const in_ms = Math.max(reconcile_ms, Math.round(Math.min(row.age_ms, MOST_AGAIN_MS)))
  if (campaign_id !== null) return messages.settleBulk({ id, attempt, now, in_ms, ...fate })
  await messages.settle({ id, now, due_in_ms: in_ms, ...fate })
}

/**
 * The reconcile time is over. If webhooks kept coming and all of them were applied, Meta never took this message: that of
 * a campaign is sent again, a single one has failed. If none came since the send, silence proves nothing, and the row
 * waits on; so it does (`heard` undefined) where webhooks about what Meta took at the same time are missing.
 */
async function reconcile(
  messages: Messages,
  row: Due,
  heard: Awaited<ReturnType<HeardFromMeta>> | undefined,
): Promise<void> {
  const since = row.attempted_at ?? row.created_at
  const proven = heard?.caught_up && heard.last_received_at && heard.last_received_at > since
  const { id, attempts: attempt } = row
  if (proven && row.campaign_id !== null) {
    return messages.settleBulk({ id, attempt, now: messages.clock.now(), ...again(0) })
  }
  if (proven) return failWith(messages, row, notConfirmed)
  const due_in_ms = Math.min(30_000, messages.config.CAROM_RECONCILE_SECONDS * 250)
  await messages.postpone({ id, due_in_ms })
}

async function failWith(messages: Messages, row: Due, error: object): Promise<void> {
  await messages.settle({
    id: row.id,
    status: 'failed',
    wamid: null,
    error,
    now: messages.clock.now(),
    due_in_ms: null,
  })
}

function waitOf(verdict: { kind: string; wait_ms?: number }): number {
  return verdict.wait_ms ?? 0
}

const accountGone = {
  code: 'meta_token_invalid',
  title: 'Account not connected',
  cause: "The number's account was disconnected, or its token was revoked, before the message was sent.",
  fix_by: 'operator',
  retry: 'later',
  next_step: 'Connect the account again through onboarding, then send the message again.',
}
