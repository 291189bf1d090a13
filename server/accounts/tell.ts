// Events of accounts and numbers: what they are now, in the transaction that made them so.

import type { Queryable } from '../db/pool.ts'
import { recordEvents } from '../events/record.ts'
import * as queries from './queries.ts'
import type { Accounts } from './room.ts'
import { type NumberRow, presentAccount, presentNumber } from './schema.ts'

export async function tellAccounts(accounts: Accounts, tx: Queryable, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const at = accounts.clock.now()
  const [rows, numbers] = [await queries.accountsByIds(tx, ids), await queries.numbersOf(tx, ids)]
  await recordEvents(
    tx,
    rows.map(row => ({
      ...{ tenant_id: row.tenant_id, type: 'account.updated', at, subject_id: row.id },
      data: presentAccount(row, numbers, at),
    })),
  )
}

export async function tellNumbers(accounts: Accounts, tx: Queryable, rows: NumberRow[]): Promise<void> {
  const at = accounts.clock.now()
  await recordEvents(
    tx,
    rows.map(row => ({
      ...{
        tenant_id: row.tenant_id,
        type: 'phone_number.updated',
        at,
        subject_id: row.id,
        phone_number_id: row.id,
      },
      data: presentNumber(row),
    })),
  )
}
