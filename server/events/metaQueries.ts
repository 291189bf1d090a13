// SQL that records what Meta told for endpoints that want Meta's own words.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export async function wantingMeta(db: Queryable, tenant_ids: string[]): Promise<string[]> {
  const rows = await db.query<{ tenant_id: string }>(sql.named('events.wanting_meta')`
    select distinct tenant_id from webhooks
    where tenant_id = any(${tenant_ids}::uuid[]) and format = 'meta' and is_active`)
  return rows.map(row => row.tenant_id)
}

type Row = { id: string; tenant_id: string; at: Date; subject_id: string; data: object }

/** What was recorded before is left out. As in queries.ts the transaction has its id before numbers are drawn. */
export async function insertMetaChanges(tx: Queryable, rows: Row[]): Promise<void> {
  await tx.query(sql.named('events.insert_meta')`
    insert into events (id, tenant_id, type, at, subject_id, data)
    select i.id, i.tenant_id, 'meta.change', i.at, i.subject_id, i.data
    from rows from (json_to_recordset(${sql.json(rows)}::json) as (
      id uuid, tenant_id uuid, at timestamptz, subject_id uuid, data jsonb)) with ordinality i
    where pg_current_xact_id() is not null
      and not exists (select from events e where e.id = i.id and e.type = 'meta.change')
    order by i.ordinality`)
}
