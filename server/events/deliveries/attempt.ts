// One attempt: signed, posted, and told as what is to be written down.

import { signingKeys } from '../endpoints/secrets.ts'
import type { Events } from '../room.ts'
import type { Prepared } from './load.ts'
import type { Posted } from './post.ts'
import { retryAfterMs } from './schedule.ts'
import type { Outcome } from './settle.ts'
import { signAsMeta, signStandard } from './sign.ts'

export type Made = {
  ok: boolean
  ms: number
  /** When its line is to be tried again. */
  retry_ms: number
  outcome: Omit<Outcome, 'release_ms' | 'entry'> & {
    entry: { at: string; ms: number; status: number | null; error: string | null; body: string | null }
  }
}

const GONE = 410

export function attempt(events: Events, delivery: Prepared): Promise<Made> {
  const { event_id, event_type, webhook_id, tenant_id } = delivery
  const attributes = {
    ...{ 'carom.event_id': event_id, 'carom.event_type': event_type },
    ...{ 'carom.webhook_id': webhook_id, 'carom.tenant_id': tenant_id },
  }
  return events.tracer.span('deliver event', { kind: 'client', attributes }, async span => {
    const made = await attemptIn(events, delivery, span.traceparent)
    const { status, error } = made.outcome.entry
    span.set({ 'http.response.status_code': status ?? undefined })
    if (!made.ok) span.fail(error ?? 'not taken')
    events.lines.info(
      { ...lineOf(delivery, made), ...(span.trace_id ? { trace_id: span.trace_id } : {}) },
      'delivered',
    )
    return made
  })
}

function lineOf(delivery: Prepared, { ok, ms, outcome }: Made): object {
  const { event_id, event_type, webhook_id, tenant_id, subject_id } = delivery
  const { status, error } = outcome.entry
  const about = event_type.startsWith('message.') ? { message_id: subject_id } : {}
  return {
    ...{ tenant_id, webhook_id, event_id, event_type, ...about, ok, status, ms },
    ...{ attempt: delivery.attempts + 1, state: outcome.state, ...(error === null ? {} : { reason: error }) },
  }
}

async function attemptIn(events: Events, delivery: Prepared, traceparent: string | undefined): Promise<Made> {
  const at = new Date()
  const posted = await post(events, delivery, at, traceparent)
  const ok = posted.error === null
  const gone = posted.status === GONE
  const retry_ms = retryAfterMs(delivery.attempts + 1, events.config.CAROM_WEBHOOK_RETRIES)
  const { webhook_id, seq, line, body, fresh } = delivery
  // After the whole schedule its line goes on without it. What is not kept any more cannot be tried again.
  const given_up = !ok && (body === null || retry_ms === undefined)
  const { status, error, ms } = posted
  return {
    ok,
    ms,
    retry_ms: given_up ? 0 : (retry_ms ?? 0),
    outcome: {
      ...{ webhook_id, seq, line, ok, gone },
      state: ok ? 'delivered' : given_up ? 'failed' : 'waiting',
      body: fresh ? body : null,
      entry: { at: at.toISOString(), ms, status, error, body: posted.body },
    },
  }
}

/** The time of the call is the machine's own: receivers compare it with theirs. */
async function post(
  events: Events,
  delivery: Prepared,
  at: Date,
  traceparent: string | undefined,
): Promise<Posted> {
  const { body, event_id, url } = delivery
  if (body === null) {
    const error = 'The event is no longer kept.'
    return { status: null, error, body: null, ms: 0 }
  }
  const keys = signingKeys(events, delivery.secrets, delivery.format)
  const [newest] = keys
  const headers =
    delivery.format === 'meta' && newest
      ? signAsMeta(body, newest)
      : signStandard({ id: event_id, at_s: Math.floor(at.getTime() / 1000), body }, keys)
  return events.post.send(url, traceparent === undefined ? headers : { ...headers, traceparent }, body)
}
