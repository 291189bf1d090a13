// SQL of notices.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type Notice = {
  id: string
  tenant_id: string
  account_id: string | null
  phone_number_id: string | null
  field: string
  kind: string | null
  value: object
  at: Date
}

export async function insertNotices(db: Queryable, rows: Notice[]): Promise<void> {
  await db.query(sql.named('inbox.insert_notices')`
    insert into notices (id, tenant_id, account_id, phone_number_id, field, kind, value, at)
    select id, tenant_id, account_id, phone_number_id, field, kind, value, at
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, tenant_id uuid, account_id uuid, phone_number_id uuid,
      field text, kind text, value jsonb, at timestamptz)
    order by id
    on conflict (id) do nothing`)
}
