// Whether the bot must be silent in a thread, because a person answered there or somebody paused it.

import type { Queryable } from '../db/pool.ts'
import { type Pause, pausedThreads } from './changeQueries.ts'
import type { Conversations } from './room.ts'

/**
 * Until when the bot is paused in each of these threads; one that is missing in the answer is not paused. A person's message
 * pauses it for `pause_minutes`: one sent through the API or the console, or typed in the WhatsApp Business app.
 */
export async function botPausedUntil(
  conversations: Conversations,
  db: Queryable,
  tenant_id: string,
  threads: Pause[],
): Promise<Map<string, Date>> {
  const rows = await pausedThreads(db, tenant_id, threads, conversations.clock.now())
  return new Map(rows.map(row => [row.id, row.paused_until]))
}
