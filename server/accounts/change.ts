// Changes what a tenant decides about an account of its own.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { setMirror } from './mediaQueries.ts'
import * as queries from './queries.ts'
import type { Accounts } from './room.ts'
import { type Account, presentAccount } from './schema.ts'
import { tellAccounts } from './tell.ts'

export async function changeAccount(
  accounts: Accounts,
  tx: Queryable,
  tenant_id: string,
  id: string,
  change: { media_mirror?: 'off' | 'on' },
): Promise<Account> {
  const now = accounts.clock.now()
  const row =
    change.media_mirror === undefined
      ? await queries.accountById(tx, tenant_id, id)
      : await setMirror(tx, tenant_id, id, change.media_mirror === 'on', now)
  if (!row) return fail('not_found')
  if (change.media_mirror !== undefined) await tellAccounts(accounts, tx, [id])
  return presentAccount(row, await queries.numbersOf(tx, [id]), now)
}
