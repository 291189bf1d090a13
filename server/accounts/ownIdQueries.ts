// SQL of Meta's ids of everything that a tenant has.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type OwnIds = { numbers: string[]; wabas: string[] }

export async function findOwnIds(db: Queryable, tenant_id: string): Promise<OwnIds> {
  const row = await db.one<OwnIds>(sql`
    select array(select phone_number_id from phone_numbers where tenant_id = ${tenant_id}::uuid) as numbers,
      array(select waba_id from accounts where tenant_id = ${tenant_id}::uuid) as wabas`)
  return row ?? { numbers: [], wabas: [] }
}
