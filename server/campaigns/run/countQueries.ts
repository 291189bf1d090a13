// SQL of counts.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { Counts } from '../schema.ts'

export function countRecipients(
  db: Queryable,
  campaign_ids: string[],
): Promise<(Counts & { campaign_id: string })[]> {
  return db.query(sql`
    select c.id as campaign_id, count(r.ord) as total,
      count(*) filter (where r.state = 'waiting' or m.status in ('queued', 'sending')) as pending,
      count(*) filter (where m.accepted_at is not null or m.status in ('accepted', 'sent', 'delivered', 'read')) as sent,
      count(*) filter (where m.delivered_at is not null or m.status in ('delivered', 'read')) as delivered,
      count(*) filter (where m.read_at is not null or m.status = 'read') as read,
      count(*) filter (where m.replied_at is not null) as replied,
      count(*) filter (where r.state = 'failed' or m.status = 'failed') as failed,
      count(*) filter (where r.state = 'skipped') as skipped,
      count(*) filter (where m.status = 'unknown') as unknown
    from unnest(${campaign_ids}::uuid[]) as c(id)
    left join campaign_recipients r on r.campaign_id = c.id
    left join messages m on m.id = r.message_id
    group by c.id`)
}
