// Messages that Carom writes by itself, in the transaction of what they answer: stored as queued, and sent by the dispatcher
// like any other once that has committed.

import type { Queryable } from '../db/pool.ts'
import { insertQueued, type QueuedMessage } from './ownQueries.ts'
import { GIVE_UP_MS, QUEUE_CHANNEL } from './room.ts'

/** Each id at most once. */
export async function queueMessages(tx: Queryable, rows: QueuedMessage[]): Promise<void> {
  if (rows.length > 0) await insertQueued(tx, rows, { give_up_ms: GIVE_UP_MS, channel: QUEUE_CHANNEL })
}
