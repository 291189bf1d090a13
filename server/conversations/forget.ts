// Threads in which no message is kept any more go, with their notes. That a bot once answered in them still counts.

import { deleteEmptyThreads } from './forgetQueries.ts'
import type { Conversations } from './room.ts'

/** Answers how many. */
export function forgetThreads(
  conversations: Conversations,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<number> {
  return deleteEmptyThreads(conversations.db, old, limit)
}
