// SQL of counts. Triggers write the deltas (migration 0032); whoever changes a message or a recipient need not think of it.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/** Sums of both tables: `waiting` and `unfit` are of recipients, `pending`, `failed` and the rest of their newest messages. */
export type Sums = {
  campaign_id: string
  total: number
  waiting: number
  skipped: number
  unfit: number
  pending: number
  unknown: number
  sent: number
  confirmed: number
  delivered: number
  read: number
  replied: number
  failed: number
  rejected: number
}

/** One snapshot, so that what a fold moves from one table to the other is never seen twice, or not at all. */
export function sums(db: Queryable, campaignIds: string[]): Promise<Sums[]> {
  return db.query<Sums>(sql.named('campaigns.sums')`
    select campaign_id, sum(total)::bigint as total, sum(waiting)::bigint as waiting, sum(skipped)::bigint as skipped,
      sum(unfit)::bigint as unfit, sum(pending)::bigint as pending, sum(unknown)::bigint as unknown, sum(sent)::bigint as sent,
      sum(confirmed)::bigint as confirmed, sum(delivered)::bigint as delivered, sum(read)::bigint as read,
      sum(replied)::bigint as replied, sum(failed)::bigint as failed, sum(rejected)::bigint as rejected
    from (
      select campaign_id, total, waiting, skipped, unfit, pending, unknown, sent, confirmed, delivered, read, replied, failed,
        rejected from campaign_counts where campaign_id = any(${campaignIds}::uuid[])
      union all
      select campaign_id, total, waiting, skipped, unfit, pending, unknown, sent, confirmed, delivered, read, replied, failed,
        rejected from campaign_count_deltas where campaign_id = any(${campaignIds}::uuid[])
    ) parts
    group by campaign_id`)
}

/** Moves the oldest deltas into the sums, at most so many. Answers how many there were. */
export async function fold(db: Queryable, limit: number): Promise<number> {
  const row = await db.one<{ folded: number }>(sql.named('campaigns.fold')`
    with gone as (
      delete from campaign_count_deltas where id in (
        select id from campaign_count_deltas order by id limit ${limit}::int for update skip locked)
      returning *
    ), folded as (
      insert into campaign_counts as c (campaign_id, total, waiting, skipped, unfit, pending, unknown, sent, confirmed, delivered,
        read, replied, failed, rejected)
      select campaign_id, sum(g.total), sum(g.waiting), sum(g.skipped), sum(g.unfit), sum(g.pending), sum(g.unknown), sum(g.sent),
        sum(g.confirmed), sum(g.delivered), sum(g.read), sum(g.replied), sum(g.failed), sum(g.rejected)
      from gone g where exists (select from campaigns where id = g.campaign_id)
      group by campaign_id order by campaign_id
      on conflict (campaign_id) do update set total = c.total + excluded.total, waiting = c.waiting + excluded.waiting,
        skipped = c.skipped + excluded.skipped, unfit = c.unfit + excluded.unfit, pending = c.pending + excluded.pending,
        unknown = c.unknown + excluded.unknown, sent = c.sent + excluded.sent, confirmed = c.confirmed + excluded.confirmed,
        delivered = c.delivered + excluded.delivered, read = c.read + excluded.read, replied = c.replied + excluded.replied,
        failed = c.failed + excluded.failed, rejected = c.rejected + excluded.rejected
    )
    select count(*)::int as folded from gone`)
  return row?.folded ?? 0
}
