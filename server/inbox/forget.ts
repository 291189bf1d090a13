// Raw webhooks and notices that were kept long enough.

import { deleteNotices, deleteParked, deleteRaw } from './forgetQueries.ts'
import type { Inbox } from './room.ts'

/** What waits to be applied stays, however old. Answers the larger of two counts: bodies, and what was parked of them. */
export async function forgetRaw(inbox: Inbox, days: number, limit: number): Promise<number> {
  const bodies = await deleteRaw(inbox.db, days, limit)
  return Math.max(bodies, await deleteParked(inbox.db, days, limit))
}

export function forgetNotices(
  inbox: Inbox,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<number> {
  return deleteNotices(inbox.db, old, limit)
}
