// Contacts that turn out to be one person have one thread on each number: in the transaction that finds it out.

import type { Transaction } from '../db/pool.ts'
import { adoptThreads, doubledThreads, dropThreads, foldThreads, type Pair } from './mergeQueries.ts'
import type { Conversations } from './room.ts'

/** `merged` are contacts. Whoever keeps rows of a thread that is gone moves them in `hooks.moveConversations`. */
export async function moveContacts(
  conversations: Conversations,
  tx: Transaction,
  merged: Pair[],
): Promise<void> {
  await adoptThreads(tx, merged)
  const doubled = await doubledThreads(tx, merged)
  if (doubled.length === 0) return
  await foldThreads(tx, doubled, conversations.clock.now())
  await conversations.hooks.moveConversations?.(tx, doubled)
  await dropThreads(tx, doubled)
}
