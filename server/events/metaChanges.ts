// Records that Meta told something, for tenants who want Meta's own words at an endpoint. Only where the words are kept is
// written down; they are wrapped when they are sent.

import type { Queryable } from '../db/pool.ts'
import { derivedId } from '../kit/ids.ts'
import { insertMetaChanges, wantingMeta } from './metaQueries.ts'

export type MetaChange = {
  tenant_id: string
  /** The stored webhook, and the place of the change in it. */
  inbox_id: string
  entry: number
  change: number
  field: string
  /** Whom it is about, as Meta names them, where that is one person or number: its changes are told in order. */
  about: string
  at: Date
}

/** Each change once, however often a webhook is applied. Costs one look where nobody wants them. */
export async function recordMetaChanges(tx: Queryable, changes: MetaChange[]): Promise<void> {
  if (changes.length === 0) return
  const wanting = new Set(await wantingMeta(tx, [...new Set(changes.map(one => one.tenant_id))]))
  const wanted = changes.filter(one => wanting.has(one.tenant_id))
  if (wanted.length === 0) return
  await insertMetaChanges(
    tx,
    wanted.map(({ tenant_id, inbox_id, entry, change, field, about, at }) => ({
      id: derivedId(at.getTime(), inbox_id, String(entry), String(change), tenant_id),
      ...{
        tenant_id,
        at,
        subject_id: derivedId(0, tenant_id, about),
        data: { inbox_id, entry, change, field },
      },
    })),
  )
}
