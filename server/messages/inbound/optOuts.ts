// Meta refuses marketing to people who switched it off in the app, and says so with the message: that is a word of theirs,
// although Carom never heard them say it.

import { MARKETING, recordConsents } from '../../contacts/consent.ts'
import type { Transaction } from '../../db/pool.ts'
import type { StatusInput } from '../queries.ts'
import { findRecipients } from './queries.ts'

/** User has stopped receipt of marketing messages. */
const STOPPED = 131050

export async function noteOptOuts(
  tx: Transaction,
  inputs: StatusInput[],
  applied: { ord: number; id: string }[],
): Promise<void> {
  const times = new Map<string, Date>()
  for (const { ord, id } of applied) {
    const input = inputs[ord]
    if ((input?.error as { code?: unknown } | null)?.code === STOPPED && input) times.set(id, input.at)
  }
  if (times.size === 0) return
  const recipients = await findRecipients(tx, [...times.keys()])
  await recordConsents(
    tx,
    recipients.map(({ id, ...row }) => ({
      ...row,
      ...{ category: MARKETING, value: 'stop' as const, source: 'meta', message_id: id },
      detail: `Meta refused a message with ${STOPPED}: marketing is switched off in the app`,
      at: times.get(id) as Date,
    })),
  )
}
