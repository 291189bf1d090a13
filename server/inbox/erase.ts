// Takes one person out of the webhooks that are kept as they came, out of what was parked of them, and out of notices.

import { ownIds } from '../accounts/ownIds.ts'
import { eraseNotices, eraseParked, markWaiting, readMatching, writeBodies } from './eraseQueries.ts'
import { type Person, redactBody } from './redact.ts'
import type { Inbox } from './room.ts'

export type { Person } from './redact.ts'

export async function personIn(inbox: Inbox, tenant_id: string, words: string[]): Promise<Person> {
  const { numbers, wabas } = await ownIds(inbox.db, tenant_id)
  return { words: new Set(words), numbers: new Set(numbers), wabas: new Set(wabas) }
}

/** Some stored webhooks after `cursor`. Answers where to go on; null: these were all; `wait`: some are not applied yet. */
export async function eraseRaw(
  inbox: Inbox,
  person: Person,
  cursor: string | null,
  limit: number,
): Promise<{ cursor: string | null; count: number; wait: boolean }> {
  const words = [...person.words]
  const { rows, last, read } = await readMatching(inbox.db, words, cursor, limit)
  const written = rows.flatMap(({ id, body, is_applied }) => {
    const redacted = redactBody(body.toString('utf8'), person)
    return redacted === undefined ? [] : [{ id, body: redacted, is_applied }]
  })
  if (written.some(row => !row.is_applied)) return { cursor, count: 0, wait: true }
  if (written.length > 0) {
    await eraseParked(
      inbox.db,
      written.map(row => row.id),
      words,
    )
    await writeBodies(inbox.db, written)
  }
  return { cursor: read === limit ? last : null, count: written.length, wait: false }
}

/** These webhooks are applied once more: what they told was lost with a contact that went in the same moment. */
export async function applyAgain(inbox: Inbox, inbox_ids: string[]): Promise<void> {
  if (inbox_ids.length === 0) return
  await markWaiting(inbox.db, inbox_ids)
  for (const wake of inbox.wakers) wake()
}

/** Answers how many. */
export function eraseNoticesOf(inbox: Inbox, tenant_id: string, words: string[]): Promise<number> {
  return eraseNotices(inbox.db, tenant_id, words)
}
