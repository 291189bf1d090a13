// SQL of what Meta's webhooks have told of the messages around a send.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type Dark = { id: string; tenant_id: string; phone_number_id: string; since: Date }

/**
 * Those of these sends around which Meta took messages of the same number that no webhook has told of yet: among the two
 * hundred before and after.
 */
export async function withSilentNeighbours(db: Queryable, rows: Dark[]): Promise<Set<string>> {
  const found = await db.query<{ id: string }>(sql.named('messages.silent_neighbours')`
    select i.id
    from json_to_recordset(${sql.json(rows)}::json)
      as i(id uuid, tenant_id uuid, phone_number_id uuid, since timestamptz)
    where exists (
      select from (
        (select phone_number_id, direction, status from messages
          where tenant_id = i.tenant_id and created_at <= i.since order by created_at desc, id desc limit 200)
        union all
        (select phone_number_id, direction, status from messages
          where tenant_id = i.tenant_id and created_at > i.since order by created_at, id limit 200)
      ) near
      where near.phone_number_id = i.phone_number_id and near.direction = 'outbound' and near.status = 'accepted')`)
  return new Set(found.map(row => row.id))
}
