// Remembers each change that a key made: with the change where that has a transaction, else right after it.

import type { Queryable } from '../db/pool.ts'
import type { House } from '../house.ts'
import type { Audited } from '../http/door.ts'
import { newId } from '../kit/ids.ts'
import { insertAudit } from './queries.ts'

export type Audit = Pick<House, 'db' | 'clock'>

/** `tx` undefined: the change reached outside, or is committed already. */
export async function recordAudit(audit: Audit, tx: Queryable | undefined, entry: Audited): Promise<void> {
  const at = audit.clock.now()
  await insertAudit(tx ?? audit.db, { id: newId(), at, ...entry })
}
