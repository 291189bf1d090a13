// One message on its way to Meta: waits for the number's pace and the pair's, posts, and tries again only where
// Meta certainly did not take it, until the deadline. The answer is data; nothing is stored here.

import type { SendableNumber } from '../accounts/room.ts'
import { backoffMs, sleep } from '../kit/backoff.ts'
import type { Verdict } from '../meta/send.ts'
import type { Messages } from './room.ts'
import { type Outgoing, wireBody } from './wire.ts'

const RETRY_BASE_MS = 250
const RETRY_CAP_MS = 4_000
/** Less time than this is not enough for Meta to answer: no new try is begun. */
const LEAST_TRY_MS = 250

export async function attempt(
  messages: Messages,
  number: SendableNumber,
  outgoing: Outgoing,
  deadline_ms: number,
): Promise<Verdict> {
  let last: Verdict | undefined
  for (let tries = 1; ; tries++) {
    const place = await placeOf(messages, number, outgoing)
    if (performance.now() + place.wait_ms + LEAST_TRY_MS > deadline_ms) return last ?? tooLate(place)
    if (place.wait_ms > 0) await sleep(place.wait_ms)
    const left = deadline_ms - performance.now()
    // Also after a pause of the whole process: past the deadline nothing is posted any more.
    if (left < LEAST_TRY_MS) return last ?? tooLate(place)
    last = await messages.meta.send({
      token: number.token,
      tenant_id: number.tenant_id,
      phone_number_id: number.phone_number_id,
      body: wireBody(outgoing),
      deadline_ms_left: left,
      attempt: tries,
    })
    if (last.kind === 'accepted' || last.kind === 'rejected' || last.kind === 'unknown') return last
    const pause = await pauseAfter(messages, number, last, tries)
    if (performance.now() + pause + LEAST_TRY_MS > deadline_ms) return last
    await sleep(pause)
  }
}

type Place = { wait_ms: number; limit: 'number' | 'pair' }

/** How long this message must wait for its turn. The pair is asked first: it may refuse, and a slot would be lost. */
async function placeOf(messages: Messages, number: SendableNumber, outgoing: Outgoing): Promise<Place> {
  const pair = messages.pairs.take(number.id, outgoing.recipient)
  if (pair > 0) return { wait_ms: pair, limit: 'pair' }
  return { wait_ms: await messages.pace.slot(number), limit: 'number' }
}

async function pauseAfter(
  messages: Messages,
  number: SendableNumber,
  verdict: Verdict,
  tries: number,
): Promise<number> {
  if (verdict.kind === 'throttled') {
    if (verdict.problem.code === 130429) await messages.pace.throttled(number, verdict.wait_ms)
    return verdict.wait_ms
  }
  const backoff = backoffMs(tries, RETRY_BASE_MS, RETRY_CAP_MS)
  return verdict.kind === 'transient' ? Math.max(verdict.wait_ms, backoff) : backoff
}

/** Carom's own word, in the code that Meta would have answered with. */
function tooLate({ wait_ms, limit }: Place): Verdict {
  return {
    kind: 'throttled',
    wait_ms: Math.ceil(wait_ms),
    problem: {
      code: limit === 'pair' ? 131056 : 130429,
      title: 'Held back by Carom',
      cause: `Meta's limit for this ${limit === 'pair' ? 'recipient' : 'number'} is used up, and the wait is longer than the request may take.`,
      fix_by: 'sender',
      retry: 'later',
      next_step: 'Wait, or send with "Prefer: respond-async": then Carom sends it when there is room.',
    },
  }
}
