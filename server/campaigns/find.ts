// Finding campaigns, and showing them with their counts.

import { findNumber } from '../accounts/room.ts'
import type { Queryable } from '../db/pool.ts'
import { DEFAULT_PAGE, decodeCursor, IdCursor, page } from '../http/paging.ts'
import { fail } from '../kit/errors.ts'
import { type CampaignFilters, campaignById, listCampaigns as queryList } from './queries.ts'
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

export type ListWish = CampaignFilters & { limit?: number; cursor?: string }

/** Newest first. A filter that names a number which does not exist finds nothing. */
export async function listCampaigns(
  campaigns: Campaigns,
  tenant_id: string,
  { limit = DEFAULT_PAGE, cursor, ...wish }: ListWish,
): Promise<{ data: Campaign[]; next_cursor: string | null }> {
  const after = decodeCursor(IdCursor, cursor)
  const filters = { ...wish }
  if (wish.phone_number_id !== undefined) {
    const number = await findNumber(campaigns.accounts, tenant_id, wish.phone_number_id)
    if (!number) return { data: [], next_cursor: null }
    filters.phone_number_id = number.id
  }
  const rows = await queryList(campaigns.db, tenant_id, filters, { after, rows: limit + 1 })
  const found = page(rows, limit, row => row.id)
  return { data: await showCampaigns(campaigns.db, found.data), next_cursor: found.next_cursor }
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
