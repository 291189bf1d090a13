// Edits and deletions: they are not messages of their own but change the one that they name, whichever comes first.

import type { Transaction } from '../../db/pool.ts'
import { applyStoredChanges, type ChangeRow, storeChanges } from './changeQueries.ts'
import { sayEdited } from './content.ts'
import type { Arrival } from './rows.ts'
import { metaId, moment, record } from './shapes.ts'

/** Undefined: the message is no change. A text: it is one that cannot be understood. */
export function changeOf(
  { message, tenant_id, phone_number_id }: Arrival,
  direction: 'inbound' | 'outbound',
): ChangeRow | string | undefined {
  const kind = message.type
  if (kind !== 'edit' && kind !== 'revoke') return undefined
  const wamid = metaId(message.id)
  const at = moment(message.timestamp)
  const body = record(message[kind])
  const original_wamid = metaId(body?.original_message_id)
  if (wamid === undefined || original_wamid === undefined) return `The ${kind} does not name its message.`
  if (at === undefined) return `The ${kind} has no timestamp.`
  const row = { tenant_id, phone_number_id, original_wamid, wamid, direction, kind, at } as const
  if (kind === 'revoke') return { ...row, content: null }
  const after = record(body?.message)
  if (!after) return 'The edit does not say what the message is now.'
  return { ...row, content: sayEdited(after) }
}

/** Stores changes and applies them to the messages that are there already. */
export async function applyChanges(
  tx: Transaction,
  changes: (ChangeRow | string | undefined)[],
): Promise<void> {
  const rows = changes.flatMap(change => (typeof change === 'object' ? [change] : []))
  if (rows.length === 0) return
  await storeChanges(tx, rows)
  await applyStoredChanges(
    tx,
    rows.map(row => ({ phone_number_id: row.phone_number_id, wamid: row.original_wamid })),
  )
}

/** Messages that were just stored: their edits and deletions may have come before them. */
export async function recallChanges(
  tx: Transaction,
  rows: { phone_number_id: string; wamid: string }[],
): Promise<void> {
  if (rows.length > 0)
    await applyStoredChanges(
      tx,
      rows.map(({ phone_number_id, wamid }) => ({ phone_number_id, wamid })),
    )
}
