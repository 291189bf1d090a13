// From Meta's verdict to the row's fate, and to the error that the caller of a single send is told.

import { markTokenInvalid, type SendableNumber } from '../accounts/room.ts'
import { recognise } from '../contacts/recognise.ts'
import { fail, type MetaProblem } from '../kit/errors.ts'
import type { Verdict } from '../meta/send.ts'
import { doubtTemplates } from '../templates/doubt.ts'
import { moveContact } from './inbound/queries.ts'
import type { Settled, Settlement } from './queries.ts'
import type { Messages } from './room.ts'

/** `requeue`: what Meta did not take is tried again later by the dispatcher, instead of failing. */
export async function settleVerdict(
  messages: Messages,
  number: SendableNumber,
  id: string,
  verdict: Verdict,
  { requeue }: { requeue: false | { in_ms: number } },
): Promise<Settled> {
  if (verdict.kind === 'rejected' && verdict.token_invalid) {
    await markTokenInvalid(messages.accounts, number.account_id)
  } else if (verdict.kind === 'rejected') {
    await doubtTemplates(messages.templates, number.account_id, verdict.problem.code)
  }
  return messages.settle({ id, now: messages.clock.now(), ...fateOf(messages, verdict, requeue) })
}

type Fate = Pick<Settlement, 'status' | 'wamid' | 'error' | 'due_in_ms'>

function fateOf(messages: Messages, verdict: Verdict, requeue: false | { in_ms: number }): Fate {
  const reconcile_ms = messages.config.CAROM_RECONCILE_SECONDS * 1000
  switch (verdict.kind) {
    case 'accepted':
      return { status: 'accepted', wamid: verdict.wamid, error: null, due_in_ms: null }
    case 'unknown':
      return { status: 'unknown', wamid: null, error: null, due_in_ms: reconcile_ms }
    case 'rejected':
      return { status: 'failed', wamid: null, error: verdict.problem, due_in_ms: null }
    case 'throttled':
    case 'transient':
    case 'unreachable':
      return requeue
        ? { status: 'queued', wamid: null, error: null, due_in_ms: Math.round(requeue.in_ms) }
        : { status: 'failed', wamid: null, error: problemOf(verdict), due_in_ms: null }
  }
}

/** The error of a send that Meta did not take, or whose answer was lost. */
export function refuse(
  messages: Messages,
  id: string,
  verdict: Exclude<Verdict, { kind: 'accepted' }>,
): never {
  const details = { message_id: id }
  switch (verdict.kind) {
    case 'rejected':
      return fail(verdict.token_invalid ? 'meta_token_invalid' : 'meta_rejected', {
        meta: verdict.problem,
        details,
      })
    case 'throttled': {
      const retry_after_s = Math.max(1, Math.ceil(verdict.wait_ms / 1000))
      return fail('meta_rate_limited', { meta: verdict.problem, details, retry_after_s })
    }
    case 'transient':
      return fail('meta_unavailable', { meta: verdict.problem, details, retry_after_s: 5 })
    case 'unreachable':
      return fail('meta_unavailable', {
        message: 'Meta could not be reached, and the message was not sent; send it again later.',
        details,
        retry_after_s: 5,
      })
    case 'unknown':
      return fail('meta_unavailable', {
        message:
          "Meta's answer was lost, so this message may have been sent: do not send it again. Its status is `unknown` until Meta's webhook or the reconcile time settles it.",
        details: {
          ...details,
          status: 'unknown',
          reconcile_seconds: messages.config.CAROM_RECONCILE_SECONDS,
        },
        unsettled: true,
        retry_after_s: 5,
      })
  }
}

/**
 * Meta's answer may name the person otherwise than we dialled (wa_id of other digits, a user id): remembered at once,
 * so that the reply, which comes under that name, opens the window of the same contact.
 */
export async function learnFromAnswer(
  messages: Messages,
  contact: { id: string; tenant_id: string; phone: string | null; user_id: string | null },
  verdict: Verdict,
): Promise<void> {
  if (verdict.kind !== 'accepted') return
  const { wa_id, user_id } = verdict
  const news: ['phone' | 'user_id', string][] = []
  if (wa_id && wa_id !== contact.phone) news.push(['phone', wa_id])
  if (user_id && user_id !== contact.user_id) news.push(['user_id', user_id])
  for (const [kind, value] of news) {
    await messages.db.transaction(async tx => {
      for (const { from, into } of await recognise(tx, contact, kind, value))
        await moveContact(tx, from, into)
    })
  }
}

export type OwnProblem = Omit<MetaProblem, 'code'> & { code: string }

export function problemOf(
  verdict: Exclude<Verdict, { kind: 'accepted' | 'unknown' }>,
): MetaProblem | OwnProblem {
  if (verdict.kind !== 'unreachable') return verdict.problem
  return {
    code: 'meta_unavailable',
    title: 'Meta could not be reached',
    cause: 'No connection to Meta could be made before the deadline, so the message was not sent.',
    fix_by: 'meta',
    retry: 'later',
    next_step: "Send it again later; look at Meta's status page and this machine's network.",
  }
}

export const notConfirmed: OwnProblem = {
  code: 'not_confirmed',
  title: 'Not confirmed by Meta',
  cause:
    "Meta's answer to this send was lost, and no webhook about it came although others did: Meta did not take it.",
  fix_by: 'sender',
  retry: 'now',
  next_step: 'Send it again, with a new Idempotency-Key.',
}

export const givenUp: OwnProblem = {
  code: 'meta_unavailable',
  title: 'Given up',
  cause: 'Meta did not take this message within an hour of its being queued.',
  fix_by: 'meta',
  retry: 'later',
  next_step: 'Send it again if it is still wanted.',
}

export const windowClosed: OwnProblem = {
  code: 'session_window_closed',
  title: 'Window closed before sending',
  cause: 'The 24-hour window closed while the message waited in the queue.',
  fix_by: 'sender',
  retry: 'never',
  next_step: 'Send a template, or wait until the contact writes again.',
}
