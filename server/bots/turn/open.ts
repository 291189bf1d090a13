// What contacts write opens turns: in the transaction that stores it, so that none is missed and none is opened twice. Who
// gets an answer in the end is judged when the turn's time has come (judge.ts); here only what nobody would answer is left
// out: numbers without auto-reply, reactions, calls, and what Carom was told of the past.

import { sendableById } from '../../accounts/room.ts'
import type { Transaction } from '../../db/pool.ts'
import { newId } from '../../kit/ids.ts'
import type { NotedMessage } from '../../messages/inbound/noteThreads.ts'
import { DEFAULTS } from '../schema.ts'
import { openTurns as insertTurns, moveTurns as move, type Opening, supersede } from './openQueries.ts'
import { reasonOf } from './reasons.ts'
import type { Turns } from './room.ts'

const NO_QUESTION = new Set(['reaction', 'system', 'call', 'request_welcome', 'media_placeholder'])

/** After the threads of these messages were made. */
export async function openTurns(turns: Turns, tx: Transaction, arrived: NotedMessage[]): Promise<void> {
  const questions = arrived.filter(
    one => one.direction === 'inbound' && one.origin === null && !NO_QUESTION.has(one.type),
  )
  if (questions.length === 0) return
  const bots = await answeringBots(turns, new Set(questions.map(one => one.phone_number_id)))
  const openings = new Map<string, Opening>()
  for (const { id, tenant_id, phone_number_id, contact_id } of questions) {
    const bot_id = bots.get(phone_number_id)
    if (bot_id === undefined) continue
    const key = `${phone_number_id} ${contact_id}`
    const known = openings.get(key)
    if (known) known.asked.push(id)
    else openings.set(key, { id: newId(), tenant_id, bot_id, phone_number_id, contact_id, asked: [id] })
  }
  if (openings.size === 0) return
  await open(turns, tx, [...openings.values()])
}

/** Threads that became one, after their messages did. */
export async function moveTurns(
  turns: Turns,
  tx: Transaction,
  merged: { from: string; into: string }[],
): Promise<void> {
  await move(tx, merged, reasonOf('customer_wrote_again'), turns.clock.now())
}

async function open(turns: Turns, tx: Transaction, openings: Opening[]): Promise<void> {
  const now = turns.clock.now()
  const carried = await supersede(tx, openings, reasonOf('customer_wrote_again'), now)
  const { debounce_ms } = DEFAULTS
  const waits = await insertTurns(tx, openings, carried, { debounce_ms, now })
  tx.afterCommit(() => {
    for (const wait_ms of new Set(waits)) wakeIn(turns, wait_ms)
  })
}

/** A moment more, so that the row is due when it is looked at. */
function wakeIn({ wakers }: Turns, wait_ms: number): void {
  for (const wake of wakers) setTimeout(wake, wait_ms + 5).unref()
}

async function answeringBots(turns: Turns, ids: Set<string>): Promise<Map<string, string>> {
  const numbers = await Promise.all([...ids].map(id => sendableById(turns.accounts, id)))
  return new Map(
    numbers.flatMap(number =>
      number?.autoreply_enabled && number.bot_id !== null ? [[number.id, number.bot_id]] : [],
    ),
  )
}
