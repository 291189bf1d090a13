// People whom webhooks introduce: their contacts, and where two of them turn out to be one person, its messages and windows
// go together. In the transaction of what introduced them.

import { type Identity, type Learned, learnIdentities } from '../../contacts/learn.ts'
import type { Transaction } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import { moveContact } from './queries.ts'

/** The contact of each identity, in the order given. */
export async function meet(
  messages: Messages,
  tx: Transaction,
  identities: Identity[],
): Promise<(string | undefined)[]> {
  return (await learnAndMove(messages, tx, identities, true)).contact_ids
}

/** People who may be known: strangers stay strangers. */
export function recall(messages: Messages, tx: Transaction, identities: Identity[]): Promise<Learned> {
  return learnAndMove(messages, tx, identities, false)
}

async function learnAndMove(
  messages: Messages,
  tx: Transaction,
  identities: Identity[],
  create: boolean,
): Promise<Learned> {
  const learned = await learnIdentities(messages.contacts, tx, identities, { create })
  for (const { from, into } of learned.merged) await moveContact(tx, from, into)
  if (learned.merged.length > 0) await messages.hooks.moveThreads?.(tx, learned.merged)
  return learned
}
