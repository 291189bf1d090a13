// A bot that goes takes its links with it: for the room of bots.

import type { Queryable } from '../db/pool.ts'
import { botNumbers, clearBot } from './botQueries.ts'
import { announce } from './queries.ts'
import type { Accounts } from './room.ts'

/** Meta's ids of the numbers that a bot is linked to. */
export function linkedNumbers(db: Queryable, tenant_id: string, bot_id: string): Promise<string[]> {
  return botNumbers(db, tenant_id, bot_id)
}

/** From all of its numbers; their auto-reply ends as well. */
export async function unlinkBot(
  accounts: Accounts,
  tx: Queryable,
  tenant_id: string,
  bot_id: string,
): Promise<void> {
  const account_ids = await clearBot(tx, tenant_id, bot_id, accounts.clock.now())
  for (const account_id of account_ids) await announce(tx, account_id)
}
