// SQL of accounts that media asks for: which numbers a caller has, and whether an account mirrors what comes in.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { AccountRow } from './schema.ts'

/** Our ids of the numbers that are connected, oldest first. */
export async function heldNumberIds(
  db: Queryable,
  tenant_id: string,
  sandbox_only: boolean,
  most: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    select id from phone_numbers where tenant_id = ${tenant_id} and held and (sandbox or not ${sandbox_only}::boolean)
    order by id limit ${most}`)
  return rows.map(row => row.id)
}

export function setMirror(
  db: Queryable,
  tenant_id: string,
  id: string,
  media_mirror: boolean,
  now: Date,
): Promise<AccountRow | undefined> {
  return db.one(sql`
    update accounts set media_mirror = ${media_mirror}, updated_at = ${now}
    where tenant_id = ${tenant_id} and id = ${id} returning *`)
}
