// Reactions name the message they are about by its wamid; where it is stored here, our id is put beside it.

import type { Transaction } from '../../db/pool.ts'
import { findByWamids } from './queries.ts'
import { record } from './shapes.ts'

type Row = { type: string; content: unknown; phone_number_id: string }

export async function findTargets(tx: Transaction, rows: Row[]): Promise<void> {
  const reactions = rows.flatMap(row => {
    const content = row.type === 'reaction' ? record(row.content) : undefined
    return content
      ? [{ row, content, phone_number_id: row.phone_number_id, wamid: String(content.message_id) }]
      : []
  })
  if (reactions.length === 0) return
  const found = new Map<string, string>()
  for (const { id, wamid, phone_number_id } of await findByWamids(tx, reactions)) {
    found.set(`${phone_number_id} ${wamid}`, id)
  }
  for (const { row, content, phone_number_id, wamid } of reactions) {
    const target_id = found.get(`${phone_number_id} ${wamid}`)
    if (target_id !== undefined) row.content = { ...content, target_id }
  }
}
