// One attempt to hand a message to Meta, and what became of it. The caller repeats; it must do so only after
// `throttled`, `unreachable` and `transient`, because only then did Meta certainly not take the message.
//
// The rule: an error object of Meta's own is Meta's word that the message was not taken, whatever the HTTP status
// (131000 with 500, code 2 with 503). Anything less (a reset, a timeout after the first byte was written, a proxy's
// page, half an answer) proves nothing and is `unknown`. A reset on a kept-alive connection is `unknown` too, unless
// not one byte of this request was written; undici tells which (see ask.ts).

import type { MetaProblem } from '../kit/errors.ts'
import { callGraph, type Graph, type GraphAnswer } from './graph.ts'
import { regainMs } from './usage.ts'
import { explain, type MetaError, reactionTo, throttleWait } from './verdicts.ts'

export type Verdict =
  | { kind: 'accepted'; wamid: string; wa_id?: string; user_id?: string; message_status?: string }
  /** Refused for good. `token_invalid`: because of the account's token. */
  | { kind: 'rejected'; problem: MetaProblem; token_invalid: boolean }
  /** Not taken because of a rate; wait at least `wait_ms`. */
  | { kind: 'throttled'; problem: MetaProblem; wait_ms: number }
  /** Not taken because of a fault at Meta that may pass; wait at least `wait_ms`. */
  | { kind: 'transient'; problem: MetaProblem; wait_ms: number }
  /** Meta never saw it. */
  | { kind: 'unreachable'; reason: string }
  /** It may have been taken, or not: never send it again without knowing. */
  | { kind: 'unknown'; reason: string }

export type Sending = {
  token: string
  phone_number_id: string
  /** Meta's message object, `messaging_product` included. */
  body: unknown
  deadline_ms_left: number
  /** Counted from 1; lets the wait after a throttled attempt grow. */
  attempt?: number
  /** One of very many: over connections of their own, so that others never wait for them. */
  bulk?: true
  signal?: AbortSignal
  /** Whose it is, for the line that is logged. */
  tenant_id?: string
}

export function send(graph: Graph, sending: Sending): Promise<Verdict> {
  const { biz_opaque_callback_data: message_id } = sending.body as { biz_opaque_callback_data?: string }
  const attributes = { 'carom.message_id': message_id, 'carom.tenant_id': sending.tenant_id }
  return graph.tracer.span('send to Meta', { kind: 'client', attributes }, async span => {
    const began_ms = performance.now()
    const verdict = await post(graph, sending)
    const ms = performance.now() - began_ms
    graph.observe.call?.('send', verdict.kind, ms)
    span.set({ 'carom.outcome': verdict.kind })
    if (verdict.kind !== 'accepted') span.fail(verdict.kind)
    graph.lines.info(lineOf(graph, sending, verdict, { message_id, ms, trace_id: span.trace_id }), 'sent')
    return verdict
  })
}

type Facts = { message_id: string | undefined; ms: number; trace_id: string | undefined }

/** No wamid: it has the recipient's number in it. */
function lineOf(graph: Graph, sending: Sending, verdict: Verdict, { ms, ...facts }: Facts): object {
  const { tenant_id, phone_number_id, attempt, body } = sending
  const problem = 'problem' in verdict ? verdict.problem : undefined
  const { to, recipient } = body as { to?: string; recipient?: string }
  return {
    ...{
      tenant_id,
      ...facts,
      phone_number_id,
      outcome: verdict.kind,
      ms: Math.round(ms * 100) / 100,
      attempt,
    },
    ...(problem ? { meta_code: problem.code, fbtrace_id: problem.fbtrace_id } : {}),
    ...('reason' in verdict ? { reason: verdict.reason } : {}),
    ...(graph.log_recipients ? { to: to ?? recipient } : {}),
  }
}

async function post(graph: Graph, sending: Sending): Promise<Verdict> {
  const answer = await callGraph(graph, {
    method: 'POST',
    path: `/${encodeURIComponent(sending.phone_number_id)}/messages`,
    token: sending.token,
    body: sending.body,
    deadline_ms: sending.deadline_ms_left,
    signal: sending.signal,
    ...(sending.bulk ? { bulk: true } : {}),
  })
  return judge(answer, sending.attempt ?? 1)
}

function judge(answer: GraphAnswer, attempt: number): Verdict {
  if (answer.kind === 'not_sent') return { kind: 'unreachable', reason: answer.reason }
  if (answer.kind === 'lost') return { kind: 'unknown', reason: answer.reason }
  if (answer.error) return refused(answer.error, regainMs(answer.headers), attempt)
  const accepted = answer.status < 300 ? acceptedIn(answer.body) : undefined
  if (accepted) return accepted
  return { kind: 'unknown', reason: `HTTP ${answer.status} came without an answer in Meta's form.` }
}

function refused(error: MetaError, regain_ms: number, attempt: number): Verdict {
  const problem = explain(error)
  const reaction = reactionTo(error)
  switch (reaction.kind) {
    case 'throttle': {
      const wait_ms = Math.max(throttleWait(reaction, attempt), regain_ms)
      return { kind: 'throttled', problem, wait_ms }
    }
    case 'transient':
      return { kind: 'transient', problem, wait_ms: reaction.wait_ms }
    case 'token_invalid':
      return { kind: 'rejected', problem, token_invalid: true }
    case 'reject':
      return { kind: 'rejected', problem, token_invalid: false }
  }
}

type SendAnswer = {
  messages?: { id?: unknown; message_status?: unknown }[]
  contacts?: { wa_id?: unknown; user_id?: unknown }[]
} | null

function acceptedIn(body: unknown): Verdict | undefined {
  const answer = body as SendAnswer | undefined
  const message = Array.isArray(answer?.messages) ? answer.messages[0] : undefined
  const contact = Array.isArray(answer?.contacts) ? answer.contacts[0] : undefined
  if (typeof message?.id !== 'string' || message.id === '') return undefined
  return {
    kind: 'accepted',
    wamid: message.id,
    ...(typeof contact?.wa_id === 'string' ? { wa_id: contact.wa_id } : {}),
    ...(typeof contact?.user_id === 'string' ? { user_id: contact.user_id } : {}),
    ...(typeof message.message_status === 'string' ? { message_status: message.message_status } : {}),
  }
}
