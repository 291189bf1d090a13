// SQL about the bots that numbers are linked to.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export async function botNumbers(db: Queryable, tenant_id: string, bot_id: string): Promise<string[]> {
  const rows = await db.query<{ phone_number_id: string }>(sql`
    select phone_number_id from phone_numbers
    where tenant_id = ${tenant_id}::uuid and bot_id = ${bot_id}::uuid order by phone_number_id`)
  return rows.map(row => row.phone_number_id)
}

/** Answers the accounts whose numbers changed. */
export async function clearBot(
  tx: Queryable,
  tenant_id: string,
  bot_id: string,
  now: Date,
): Promise<string[]> {
  const rows = await tx.query<{ account_id: string }>(sql`
    update phone_numbers set bot_id = null, autoreply_enabled = false, updated_at = ${now}::timestamptz
    where tenant_id = ${tenant_id}::uuid and bot_id = ${bot_id}::uuid returning account_id`)
  return [...new Set(rows.map(row => row.account_id))]
}
