// Every SQL statement about campaigns themselves. Those of recipients, of the preflight and of the run are in their chambers.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { CampaignRow } from './schema.ts'

const shown = sql`
  select c.*, n.phone_number_id as meta_phone_number_id
  from campaigns c join phone_numbers n on n.id = c.phone_number_id`

export function campaignById(db: Queryable, tenant_id: string, id: string): Promise<CampaignRow | undefined> {
  return db.one(sql`${shown} where c.id = ${id}::uuid and c.tenant_id = ${tenant_id}::uuid`)
}
