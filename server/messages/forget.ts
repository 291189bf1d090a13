// Messages that were kept long enough are deleted, with what hangs on them. Nothing counts down and nothing is told: the one
// trigger that hears of it keeps what they had been counted for (migration 0028).

import type { Queryable } from '../db/pool.ts'
import { deleteChanges, deleteMessages, type Gone, pickOld } from './forgetQueries.ts'
import type { Messages } from './room.ts'

/** Before when the messages of a tenant are too old. */
export type Cutoff = { tenant_id: string; before: Date }

/** Those that a worker must look at again stay. Answers how many there were. */
export async function forgetMessages(messages: Messages, old: Cutoff[], limit: number): Promise<number> {
  const picked = await pickOld(messages.db, old, limit)
  await dropMessages(messages, messages.db, picked)
  return picked.length
}

/** Edits and deletions whose message never came, or is gone. */
export function forgetChanges(messages: Messages, old: Cutoff[], limit: number): Promise<number> {
  return deleteChanges(messages.db, old, limit)
}

/** The files go first: cut off in between, the messages are picked again. */
export async function dropMessages(messages: Messages, db: Queryable, gone: Gone[]): Promise<void> {
  if (gone.length === 0) return
  const files = gone.flatMap(({ phone_number_id, media_ids }) =>
    media_ids.map(media_id => ({ phone_number_id, media_id })),
  )
  if (files.length > 0) await messages.hooks.forgetMedia?.(files)
  await deleteMessages(db, gone)
}
