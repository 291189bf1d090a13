// How far campaigns are: exact at any moment, without looking at recipients or messages.

import type { Queryable } from '../../db/pool.ts'
import type { Counts } from '../schema.ts'
import { type Sums, sums } from './countQueries.ts'

/** By campaign id. Of a campaign that never had a recipient there is nothing. */
export async function readCounts(db: Queryable, campaigns: { id: string }[]): Promise<Map<string, Counts>> {
  if (campaigns.length === 0) return new Map()
  const rows = await sums(
    db,
    campaigns.map(({ id }) => id),
  )
  return new Map(rows.map(row => [row.campaign_id, countsOf(row)]))
}

export function countsOf(row: Sums): Counts {
  const { total, waiting, skipped, unfit, pending, unknown, sent, delivered, read, replied, failed } = row
  return {
    ...{ total, pending: waiting + pending, sent, delivered, read, replied },
    ...{ failed: failed + unfit, skipped, unknown },
  }
}
