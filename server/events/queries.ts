// SQL that records events.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { NewEvent } from './record.ts'

/**
 * In the order given. The condition makes sure that the transaction has its id before a number of the sequence is drawn:
 * what readers may pass by rests on it (see horizon.ts).
 */
export async function insertEvents(tx: Queryable, events: (NewEvent & { id: string })[]): Promise<void> {
  await tx.query(sql.named('events.insert')`
    insert into events (id, tenant_id, type, at, contact_id, phone_number_id, subject_id, data)
    select id, tenant_id, type, at, contact_id, phone_number_id, subject_id, data
    from rows from (json_to_recordset(${sql.json(events)}::json) as (id uuid, tenant_id uuid, type text, at timestamptz,
      contact_id uuid, phone_number_id uuid, subject_id uuid, data jsonb)) with ordinality
    where pg_current_xact_id() is not null
    order by ordinality`)
}
