// Meta's ids of everything that a tenant has, or once had, connected.

import type { Queryable } from '../db/pool.ts'
import { findOwnIds, type OwnIds } from './ownIdQueries.ts'

export function ownIds(db: Queryable, tenant_id: string): Promise<OwnIds> {
  return findOwnIds(db, tenant_id)
}
