// Meta's messaging limit: to how many different people a business portfolio may write first in any 24 hours. Who does not
// fit waits until there is room, instead of failing. Portfolios without a limit cost nothing.

import type { Queryable } from '../../db/pool.ts'
import type { Hold } from '../schema.ts'
import { counted, lockPortfolio, note, roomAt, type Scope, sweepSingles, usage } from './portfolioQueries.ts'

const LIMITS: Record<string, number> = {
  TIER_50: 50,
  TIER_250: 250,
  TIER_1K: 1_000,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
}

/** How many people a day; undefined: as many as one likes, or Meta has not told. */
export function limitOf(messagingLimit: string | null): number | undefined {
  return messagingLimit === null ? undefined : LIMITS[messagingLimit]
}

/** Single sends are added to the ledger this often, while a campaign asks. */
const SWEEP_MS = 3_000

export type Room = {
  /** Whether this person may be written to now; takes the place if so. */
  admit(recipient: string, window_open: boolean): boolean
  /** Writes who was admitted. Answers why and until when the others wait, if there are any. */
  close(): Promise<Hold | undefined>
}

/** Opens the count for the rest of the transaction; `recipients` are those who may be asked about. */
export async function openRoom(
  tx: Queryable,
  scope: Scope,
  limit: number,
  recipients: string[],
  now: Date,
): Promise<Room> {
  const { portfolio } = scope
  const since = await lockPortfolio(tx, portfolio, now)
  if (now.getTime() - since.getTime() > SWEEP_MS) await sweepSingles(tx, portfolio, since, now)
  let free = limit - (await usage(tx, portfolio, now))
  const known = new Set(await counted(tx, portfolio, recipients, now))
  const admitted: string[] = []
  let refused = 0
  return {
    admit(recipient, window_open) {
      if (window_open) return true
      if (!known.has(recipient) && free <= 0) {
        refused++
        return false
      }
      if (!known.has(recipient)) free--
      known.add(recipient)
      admitted.push(recipient)
      return true
    },
    async close() {
      if (admitted.length > 0) await note(tx, portfolio, admitted, now)
      if (refused === 0) return undefined
      const until = await roomAt(tx, portfolio, Math.max(1, Math.floor(limit / 100)), now)
      return {
        code: 'messaging_limit',
        message: `The business portfolio has written to as many people as Meta allows in 24 hours (${limit}); the others follow as soon as there is room.`,
        until: until.toISOString(),
      }
    },
  }
}
