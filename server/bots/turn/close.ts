// The end of turns, by batch: in one transaction the thread and the turn are locked, what is true now is asked once more, and
// the answer is queued only if it is still wanted. The ids of its messages come from the turn, so that nothing is sent twice.

import { changeStatuses } from '../../conversations/change.ts'
import { type Batch, batch } from '../../db/batch.ts'
import type { Transaction } from '../../db/pool.ts'
import { derivedId } from '../../kit/ids.ts'
import { enqueueMessages, type QueuedMessage } from '../../messages/enqueue.ts'
import { costOf } from '../engines/cost.ts'
import type { Answer, Told } from '../engines/engine.ts'
import type { Bots } from '../room.ts'
import { DEFAULTS } from '../schema.ts'
import { addSpent, type Ending, endTurns, lockThreads, lockTurns } from './closeQueries.ts'
import { type Decision, drop } from './decide.ts'
import { escalates, forbids } from './judge.ts'
import { type Facts, factsOf } from './workQueries.ts'

export type Closing = {
  facts: Facts
  lease_id: string
  decision: Decision
  told: Told
  error: object | null
  latency_ms: number
}

/** `lost`: the turn was somebody else's by then, or over. */
export type Closed = 'sent' | 'dropped' | 'later' | 'lost'

export function openClosing(bots: Bots): Batch<Closing, Closed> {
  return batch({ name: 'bots.close_turns', max_rows: 100, run: closings => closeAll(bots, closings) })
}

/** While a further part waits, its predecessor is looked after so soon; and in any case once, a little later. */
export const NEXT_PART_MS = 250
export const LOOK_AFTER_MS = 5_000

function closeAll(bots: Bots, closings: Closing[]): Promise<Closed[]> {
  return bots.db.transaction(async tx => {
    await lockThreads(tx, [...new Set(closings.map(({ facts }) => facts.conversation_id))])
    const mine = await lockTurns(
      tx,
      closings.map(({ facts, lease_id }) => ({ id: facts.id, lease_id })),
    )
    const own = closings.filter(({ facts }) => mine.has(facts.id))
    const final = await judgeAgain(bots, tx, own)
    if (final.length > 0) await write(bots, tx, final)
    const lost = closings.filter(one => !mine.has(one.facts.id))
    if (lost.length > 0) await addSpent(tx, lost.map(endingOf))
    const fates = new Map(final.map(one => [one.facts.id, fateOf(one.decision)]))
    return closings.map(({ facts }) => fates.get(facts.id) ?? 'lost')
  })
}

/** What was true when the engine was asked may no longer be. */
async function judgeAgain(bots: Bots, tx: Transaction, closings: Closing[]): Promise<Closing[]> {
  const sending = closings.filter(({ decision }) => decision.do === 'send').map(({ facts }) => facts.id)
  if (sending.length === 0) return closings
  const now = bots.clock.now()
  const { pause_minutes } = DEFAULTS
  const rows = await factsOf(tx, sending, { now, pause_minutes })
  const fresh = new Map(rows.map(row => [row.id, row]))
  return closings.map(closing => {
    if (closing.decision.do !== 'send') return closing
    const facts = fresh.get(closing.facts.id)
    const code = facts ? forbids(facts, now) : 'thread_autoreply_off'
    return code ? { ...closing, decision: drop(code, closing.decision.messages) } : closing
  })
}

async function write(bots: Bots, tx: Transaction, closings: Closing[]): Promise<void> {
  await enqueueMessages(bots.messages, tx, closings.flatMap(firstMessage))
  await endTurns(tx, closings.map(endingOf), bots.clock.now())
  const escalated = closings.flatMap(({ facts, decision }) => {
    const code = decision.do === 'retry' ? undefined : decision.reason?.code
    const { conversation_id: id, tenant_id } = facts
    return code && escalates(code) ? [{ id, tenant_id, status: 'escalated' as const, reason: code }] : []
  })
  if (escalated.length > 0) await changeStatuses(bots.conversations, tx, escalated)
}

function firstMessage({ facts, decision }: Closing): QueuedMessage[] {
  const [first] = decision.do === 'send' ? decision.messages : []
  return first ? [partOf(facts, 0, first)] : []
}

export type Addressed = Pick<
  Facts,
  'id' | 'tenant_id' | 'bot_id' | 'phone_number_id' | 'contact_id' | 'phone' | 'user_id' | 'opened_at'
>

/** The nth message of a turn's answer. */
export function partOf(turn: Addressed, n: number, { type, content }: Answer): QueuedMessage {
  const { tenant_id, phone_number_id, contact_id, bot_id, phone, user_id } = turn
  return {
    id: derivedId(turn.opened_at.getTime(), turn.id, String(n)),
    ...{ tenant_id, phone_number_id, contact_id, bot_id, type, content },
    recipient: phone === null ? (user_id ?? '') : `+${phone}`,
    template: null,
    needs_window: true,
  }
}

function endingOf({ facts, decision, told, error, latency_ms }: Closing): Ending {
  const { spent, model, passages, tool_calls } = told
  const { config } = facts
  const answer = decision.do === 'send' ? decision.messages : decision.do === 'drop' ? decision.answer : null
  const first = decision.do === 'send' ? decision.messages[0] : undefined
  const cost = costOf(spent, config.prices)
  return {
    id: facts.id,
    state: decision.do === 'send' ? 'answered' : decision.do === 'drop' ? 'dropped' : 'open',
    reply: decision.do === 'send' ? decision.reply : null,
    reason: decision.do === 'retry' ? null : decision.reason,
    answer,
    message_ids: first ? [partOf(facts, 0, first).id] : [],
    due_in_ms: dueIn(decision),
    ...{ engine: config.engine ?? null, model, passages, tool_calls, error, latency_ms },
    ...{ input_tokens: spent?.input_tokens ?? 0, output_tokens: spent?.output_tokens ?? 0 },
    ...{ cost, currency: cost === null ? null : (config.prices?.currency ?? null) },
  }
}

function dueIn(decision: Decision): number | null {
  if (decision.do === 'retry') return Math.round(decision.in_ms)
  if (decision.do === 'drop') return null
  return decision.messages.length > 1 ? NEXT_PART_MS : LOOK_AFTER_MS
}

function fateOf(decision: Decision): Closed {
  return decision.do === 'send' ? 'sent' : decision.do === 'drop' ? 'dropped' : 'later'
}
