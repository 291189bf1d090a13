// The room of the doctor: what its checks look at. It mends nothing unless it is asked to.

import type { Accounts } from '../accounts/room.ts'
import type { Transaction } from '../db/pool.ts'
import type { House } from '../house.ts'
import type { Inbox } from '../inbox/room.ts'
import type { Finding } from './finding.ts'

export type Doctor = House & {
  accounts: Accounts
  inbox: Inbox
  verify_token: string
  hooks: Hooks
}

/** What other rooms can tell; they are set when those open. */
export type Hooks = {
  /** Something got worse, or well again; in the transaction that remembers it. */
  recordChange?: (tx: Transaction, change: Change) => Promise<void>
  /** How many of the day's new conversations a portfolio has used. */
  usedLimit?: (
    tenant_id: string,
    phone_number_id: string,
  ) => Promise<{ used: number; limit: number | null } | undefined>
}

/** `previous` is the severity before; null: it was not looked at before. */
export type Change = { tenant_id: string; finding: Finding; previous: string | null; at: Date }

export function openDoctor(
  house: House,
  below: { accounts: Accounts; inbox: Inbox; verify_token: string },
): Doctor {
  return { ...house, ...below, hooks: {} }
}
