// Accounts and numbers of a tenant, to be shown.

import { DEFAULT_PAGE, decodeCursor, IdCursor, page } from '../http/paging.ts'
import { fail } from '../kit/errors.ts'
import * as queries from './queries.ts'
import type { Accounts } from './room.ts'
import {
  type Account,
  type AccountRow,
  type NumberRow,
  type PhoneNumber,
  presentAccount,
  presentNumber,
} from './schema.ts'

export type PageWish = { limit?: number; cursor?: string }
export type Page<T> = { data: T[]; next_cursor: string | null }

export async function listAccounts(
  accounts: Accounts,
  tenant_id: string,
  wish: PageWish,
): Promise<Page<Account>> {
  const after = decodeCursor(IdCursor, wish.cursor)
  const rows = await queries.listAccounts(accounts.db, tenant_id, {
    after,
    rows: (wish.limit ?? DEFAULT_PAGE) + 1,
  })
  const numbers = await queries.numbersOf(
    accounts.db,
    rows.map(row => row.id),
  )
  const now = accounts.clock.now()
  return page(
    rows,
    wish.limit,
    row => row.id,
    row => presentAccount(row, numbers, now),
  )
}

export async function listPhoneNumbers(
  accounts: Accounts,
  tenant_id: string,
  wish: PageWish,
): Promise<Page<PhoneNumber>> {
  const after = decodeCursor(IdCursor, wish.cursor)
  const rows = await queries.listNumbers(accounts.db, tenant_id, {
    after,
    rows: (wish.limit ?? DEFAULT_PAGE) + 1,
  })
  return page(rows, wish.limit, row => row.id, presentNumber)
}

export async function requireAccountRow(
  accounts: Accounts,
  tenant_id: string,
  id: string,
): Promise<AccountRow> {
  return (await queries.accountById(accounts.db, tenant_id, id)) ?? fail('not_found')
}

export async function requireAccount(accounts: Accounts, tenant_id: string, id: string): Promise<Account> {
  const row = await requireAccountRow(accounts, tenant_id, id)
  return presentAccount(row, await queries.numbersOf(accounts.db, [id]), accounts.clock.now())
}

export async function requireNumberRow(
  accounts: Accounts,
  tenant_id: string,
  phone_id: string,
): Promise<NumberRow> {
  return (await queries.numberByEither(accounts.db, tenant_id, phone_id)) ?? fail('not_found')
}

/** The accounts that the tenant has connected: one of them, or all. */
export function heldAccounts(
  accounts: Accounts,
  tenant_id: string,
  waba_id: string | undefined,
): Promise<AccountRow[]> {
  return queries.heldAccounts(accounts.db, tenant_id, waba_id)
}
