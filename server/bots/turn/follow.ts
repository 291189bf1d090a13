// Answers on their way. Of several messages each is queued when Meta has taken the one before it, so that they arrive in
// order; one that Meta never took, because the process that was sending it died, is queued again. The ids come from the
// turn: whatever is cut off here goes on later, and doubles nothing.

import { derivedId } from '../../kit/ids.ts'
import { enqueueMessages, type QueuedMessage } from '../../messages/enqueue.ts'
import { LOOK_AFTER_MS, NEXT_PART_MS, partOf } from './close.ts'
import { goOn, type Step, type Unfinished, unfinished } from './followQueries.ts'
import type { Turns } from './room.ts'

/** An answer that comes later than this would come as a surprise. */
const MOST_AGE_S = 3_600

/** Answers whether further messages wait for the ones that were sent. */
export function followAnswers(turns: Turns, leases: { id: string; lease_id: string }[]): Promise<boolean> {
  if (leases.length === 0) return Promise.resolve(false)
  return turns.db.transaction(async tx => {
    const steps = (await unfinished(tx, leases)).map(stepOf)
    await enqueueMessages(
      turns.messages,
      tx,
      steps.flatMap(({ message }) => message ?? []),
    )
    if (steps.length > 0) await goOn(tx, steps)
    return steps.some(step => step.due_in_ms === NEXT_PART_MS)
  })
}

function stepOf(turn: Unfinished): Step & { message?: QueuedMessage } {
  const { id, message_ids, status, answer } = turn
  const sent = message_ids.length
  const more = answer[sent]
  if (status === 'queued' || status === 'sending') {
    return { id, message_ids, due_in_ms: more ? NEXT_PART_MS : LOOK_AFTER_MS }
  }
  if (status === 'unknown') return { id, message_ids, due_in_ms: LOOK_AFTER_MS }
  if (status === 'failed') return againOrNever(turn)
  if (!more) return { id, message_ids, due_in_ms: null }
  const message = partOf(turn, sent, more)
  const due_in_ms = sent + 1 < answer.length ? NEXT_PART_MS : LOOK_AFTER_MS
  return { id, message_ids: [...message_ids, message.id], due_in_ms, message }
}

/** What failed for another reason would fail again, and half an answer is better than its second half. */
function againOrNever(turn: Unfinished): Step & { message?: QueuedMessage } {
  const { id, message_ids, error_code, overtaken, age_s, answer } = turn
  const last = answer[message_ids.length - 1]
  if (error_code !== 'not_confirmed' || overtaken || age_s > MOST_AGE_S || !last) {
    return { id, message_ids, due_in_ms: null }
  }
  const before = message_ids.at(-1) ?? ''
  const again = {
    ...partOf(turn, message_ids.length - 1, last),
    id: derivedId(turn.opened_at.getTime(), before, 'again'),
  }
  return {
    id,
    message_ids: [...message_ids.slice(0, -1), again.id],
    due_in_ms: LOOK_AFTER_MS,
    message: again,
  }
}
