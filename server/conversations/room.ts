// The room of conversations: what its verbs share. A conversation is the thread of one contact on one number.

import type { Accounts } from '../accounts/room.ts'
import type { Queryable, Transaction } from '../db/pool.ts'
import type { House } from '../house.ts'
import type { Messages } from '../messages/room.ts'

export type Conversations = House & {
  accounts: Accounts
  messages: Messages
  hooks: Hooks
}

/** What other rooms do for this one; they are set when those open. */
export type Hooks = {
  /** For how many minutes a person's message pauses each of these bots. One that is missing pauses for DEFAULT_PAUSE_MINUTES. */
  pauseMinutes?: (db: Queryable, tenant_id: string, bot_ids: string[]) => Promise<Map<string, number>>
  /** Two contacts were one person, and so were their threads: what is kept of `from` must become `into`'s. */
  moveConversations?: (tx: Transaction, merged: { from: string; into: string }[]) => Promise<void>
}

export const DEFAULT_PAUSE_MINUTES = 30

export function openConversations(
  house: House,
  below: { accounts: Accounts; messages: Messages },
): Conversations {
  return { ...house, ...below, hooks: {} }
}
