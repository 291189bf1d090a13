// How far campaigns are.

import type { Queryable } from '../../db/pool.ts'
import type { Counts } from '../schema.ts'
import { countRecipients } from './countQueries.ts'

export async function readCounts(db: Queryable, campaigns: { id: string }[]): Promise<Map<string, Counts>> {
  if (campaigns.length === 0) return new Map()
  const rows = await countRecipients(
    db,
    campaigns.map(({ id }) => id),
  )
  return new Map(rows.map(({ campaign_id, ...counts }) => [campaign_id, counts]))
}
