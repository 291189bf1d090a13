// Every message of one contact, either way, is deleted. One that is at Meta in this moment is waited for.

import type { Queryable } from '../db/pool.ts'
import { dropMessages } from './forget.ts'
import { countOf, pickOf } from './forgetQueries.ts'
import type { Messages } from './room.ts'

/** Some of them, answered with the webhooks that told of them. None: nothing is left but what is being sent. */
export async function eraseMessages(
  messages: Messages,
  contact_id: string,
  limit: number,
): Promise<{ id: string; inbox_id: string | null }[]> {
  const picked = await pickOf(messages.db, contact_id, limit)
  await dropMessages(messages, messages.db, picked)
  return picked
}

export async function hasMessages(db: Queryable, contact_id: string): Promise<boolean> {
  return (await countOf(db, contact_id)) > 0
}
