// Whether silence about a send of a campaign proves that Meta never took it. That webhooks arrive is not enough: Meta's may
// be minutes behind, and then those that arrive tell of earlier messages. So what Meta took around that time must have been
// told of, too.

import type { Messages } from '../room.ts'
import { withSilentNeighbours } from './toldQueries.ts'

type Row = {
  id: string
  tenant_id: string
  phone_number_id: string
  attempted_at: Date | null
  created_at: Date
}

/** A webhook that has not come after so long is lost, and proves nothing any more. */
const LOST_MS = 3_600_000

/** Which of these must wait, however long the reconcile time is over. */
export async function stillSilent(messages: Messages, rows: Row[]): Promise<Set<string>> {
  // Attempts are stamped by PostgreSQL, messages by the house's clock, which may have been moved.
  const moved_ms = messages.clock.nowMs() - Date.now()
  const dark = rows.flatMap(({ id, tenant_id, phone_number_id, attempted_at, created_at }) => {
    const since_ms = (attempted_at ?? created_at).getTime()
    if (Date.now() - since_ms > LOST_MS) return []
    return [{ id, tenant_id, phone_number_id, since: new Date(since_ms + moved_ms) }]
  })
  return dark.length === 0 ? new Set() : withSilentNeighbours(messages.db, dark)
}
