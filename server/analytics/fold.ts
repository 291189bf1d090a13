// Folds differences into the roll-ups in the background, so that readers have few of them to add up. What is not folded yet
// is counted all the same: how far this has come changes no answer.

import { type Loop, startLoop } from '../db/lease.ts'
import { fold } from './foldQueries.ts'
import type { Analytics } from './room.ts'

/** A statement of these takes about a tenth of a second. */
const DIFFERENCES = 10_000
const POLL_MS = 5_000

export function startFolding(analytics: Analytics): Loop {
  return startLoop<true>({
    name: 'rollups',
    // A claim that took as many as it could is followed by another at once.
    claim: async () => {
      const taken = await analytics.db.transaction(tx => fold(tx, DIFFERENCES))
      return taken === DIFFERENCES ? [true] : []
    },
    work: async () => {},
    limit: 1,
    concurrency: 1,
    poll_ms: POLL_MS,
    log: analytics.log,
  })
}

/** Everything there is now. */
export async function foldAll(analytics: Pick<Analytics, 'db'>): Promise<void> {
  while ((await analytics.db.transaction(tx => fold(tx, DIFFERENCES))) > 0);
}
