// Meta's messaging limit: to how many different people a business portfolio may write first in any 24 hours. Who does not
// fit waits until there is room, instead of failing. Portfolios without a limit cost nothing.

import type { Database, Queryable } from '../../db/pool.ts'
import type { Hold } from '../schema.ts'
import { counted, forgetOld, lockPortfolio, note, roomAt, sweepSends, usage } from './portfolioQueries.ts'

/** TIER_250, TIER_2K, TIER_100K: people a day; undefined: as many as one likes (TIER_UNLIMITED), or Meta has not told. */
export function limitOf(messaging_limit: string | null): number | undefined {
  const [, digits, unit] = /^TIER_(\d+)(K|M)?$/.exec(messaging_limit ?? '') ?? []
  if (digits === undefined) return undefined
  return Number(digits) * (unit === 'K' ? 1_000 : unit === 'M' ? 1_000_000 : 1)
}

/** Single sends are added to the ledger this often, while a campaign asks. */
const SWEEP_MS = 3_000
/** Nobody asked for so long: it may be that there was no limit, and that campaigns kept no ledger either. */
const UNKEPT_MS = 300_000

/** Brings the ledger up to date, if it is older than that; it is locked until the transaction ends. */
async function sweep(tx: Queryable, portfolio: string, now: Date, fresh_ms: number): Promise<void> {
  const since = await lockPortfolio(tx, portfolio, now)
  const age_ms = now.getTime() - since.getTime()
  if (age_ms <= fresh_ms) return
  await sweepSends(tx, portfolio, { since, now, campaigns_too: age_ms > UNKEPT_MS })
  await forgetOld(tx, portfolio, now)
}

/** To how many people the portfolio wrote first within the day, single sends and all. */
export function usageOf(db: Pick<Database, 'transaction'>, portfolio: string, now: Date): Promise<number> {
  return db.transaction(async tx => {
    await sweep(tx, portfolio, now, 0)
    return usage(tx, portfolio, now)
  })
}

export type Room = {
  /** Whether this person may be written to now; takes the place if so. */
  admit(recipient: string, window_open: boolean): boolean
  /** Writes who was admitted. Answers why and until when the others wait, if there are any. */
  close(): Promise<Hold | undefined>
}

/** Opens the count for the rest of the transaction; `recipients` are those who may be asked about. */
export async function openRoom(
  tx: Queryable,
  portfolio: string,
  limit: number,
  recipients: string[],
  now: Date,
): Promise<Room> {
  await sweep(tx, portfolio, now, SWEEP_MS)
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
