// Meta refused a send for what its template is: what is stored may have drifted from what Meta has. The account is compared
// again soon, instead of at its next time.

import type { Templates } from './room.ts'
import { askSyncOf } from './syncQueries.ts'

/** Count, existence, length, form, pause, disablement, values. */
const CODES = new Set([132000, 132001, 132005, 132012, 132015, 132016, 132018])
const QUIET_MS = 30_000

/** Costs one statement in half a minute, however many sends fail. */
export async function doubtTemplates(templates: Templates, account_id: string, code: number): Promise<void> {
  const now = performance.now()
  if (!CODES.has(code) || now < (templates.doubted.get(account_id) ?? -QUIET_MS) + QUIET_MS) return
  templates.doubted.set(account_id, now)
  await askSyncOf(templates.db, account_id)
}
