// Tells what changed of templates, within the transaction that changes them: other processes forget what they remember,
// and the tenant gets `template.updated` with the fields that changed, before and after.

import { isDeepStrictEqual } from 'node:util'
import type { Queryable } from '../db/pool.ts'
import { recordEvents } from '../events/record.ts'
import { forgetTemplates } from './forget.ts'
import { announce } from './queries.ts'
import type { Templates } from './room.ts'
import { type ChangedRow, presentTemplate } from './schema.ts'

const FIELDS = [
  ...(['status', 'category', 'components', 'quality_score', 'rejected_reason', 'previous_category'] as const),
  ...(['correct_category', 'status_info', 'message_send_ttl_seconds', 'parameter_format'] as const),
  ...(['meta_template_id'] as const),
]

export type Changes = { [field: string]: { from: unknown; to: unknown } }

/** Writes in a transaction of its own, and tells. `isNews` may hold rows back from the tenant. */
export async function changing(
  templates: Templates,
  account_id: string,
  write: (tx: Queryable) => Promise<ChangedRow[]>,
  isNews: (row: ChangedRow) => boolean = () => true,
): Promise<ChangedRow[]> {
  const written = await templates.db.transaction(async tx => {
    const rows = await write(tx)
    await tell(templates, tx, account_id, rows, isNews)
    return rows
  })
  // The process that made a change must not wait for its own announcement.
  if (written.length > 0) forgetTemplates(templates, account_id)
  return written
}

export async function tell(
  templates: Templates,
  tx: Queryable,
  account_id: string,
  rows: ChangedRow[],
  isNews: (row: ChangedRow) => boolean = () => true,
): Promise<void> {
  if (rows.length === 0) return
  const at = templates.clock.now()
  const events = rows
    .filter(isNews)
    .map(row => ({ row, changes: changesOf(row) }))
    .filter(({ changes }) => Object.keys(changes).length > 0)
    .map(({ row, changes }) => ({
      ...{ tenant_id: row.tenant_id, type: 'template.updated', at, subject_id: row.id },
      data: { ...presentTemplate(row), changes },
    }))
  await recordEvents(tx, events)
  await announce(tx, account_id)
}

/** What is different from before; of a new template, its status. */
export function changesOf(row: ChangedRow): Changes {
  const { before } = row
  if (before === null) return { status: { from: null, to: row.status } }
  const differing = FIELDS.filter(field => !isDeepStrictEqual(before[field] ?? null, row[field] ?? null))
  return Object.fromEntries(differing.map(field => [field, { from: before[field] ?? null, to: row[field] }]))
}
