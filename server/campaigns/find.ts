// Finding campaigns, and showing them with their counts.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { campaignById } from './queries.ts'
import type { Campaigns } from './room.ts'
import { readCounts } from './run/counts.ts'
import { type Campaign, type CampaignRow, type Counts, presentCampaign } from './schema.ts'

export async function requireCampaign(
  campaigns: Pick<Campaigns, 'db'>,
  tenant_id: string,
  id: string,
): Promise<CampaignRow> {
  return (
    (await campaignById(campaigns.db, tenant_id, id)) ??
    fail('not_found', { message: 'There is no such campaign; GET /api/v1/whatsapp/campaigns lists yours.' })
  )
}

export async function showCampaign(db: Queryable, row: CampaignRow): Promise<Campaign> {
  const [shown] = await showCampaigns(db, [row])
  return shown as Campaign
}

export async function showCampaigns(db: Queryable, rows: CampaignRow[]): Promise<Campaign[]> {
  const counts = await readCounts(db, rows)
  return rows.map(row => presentCampaign(row, counts.get(row.id) ?? NOBODY))
}

const NOBODY: Counts = {
  ...{ total: 0, pending: 0, sent: 0, delivered: 0, read: 0, replied: 0, failed: 0, skipped: 0, unknown: 0 },
}
