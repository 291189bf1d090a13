// Messages that Carom itself decides to send (a bot's reply, the confirmation of a STOP): stored in the transaction of what
// caused them, and sent by the dispatcher once that has committed. Nothing of Meta is asked here.

import type { Transaction } from '../db/pool.ts'
import { insertQueued, type QueuedMessage } from './enqueueQueries.ts'
import { inOrder } from './inbound/rows.ts'
import { GIVE_UP_MS, type Messages, wakeDispatch } from './room.ts'

export type { QueuedMessage }

/**
 * Stores messages in the order given, each id at most once: with an id derived from its cause a message is never doubled,
 * however often the cause is worked on. A message with neither `bot_id` nor `campaign_id` counts as automatic, not as
 * written by a person. Answers the ids that are new. A closed window fails a message when its turn comes, if it needs one.
 */
export async function enqueueMessages(
  messages: Messages,
  tx: Transaction,
  rows: QueuedMessage[],
): Promise<string[]> {
  if (rows.length === 0) return []
  const now = messages.clock.now()
  const inputs = rows.map((row, ord) => ({ ...row, created_at: inOrder(now, ord) }))
  const stored = await insertQueued(tx, inputs, GIVE_UP_MS)
  tx.afterCommit(() => wakeDispatch(messages))
  return stored
}
