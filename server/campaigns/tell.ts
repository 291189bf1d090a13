// Tells the tenant's endpoints that a campaign is not what it was, in the transaction that changed it.

import type { Queryable } from '../db/pool.ts'
import { recordEvents } from '../events/record.ts'
import { showCampaign } from './find.ts'
import type { Campaign, CampaignRow } from './schema.ts'

/** `row` is as it is now. Answers it as the world sees it. */
export async function tellUpdated(tx: Queryable, row: CampaignRow, at: Date): Promise<Campaign> {
  const data = await showCampaign(tx, row)
  const { id: subject_id, tenant_id, phone_number_id } = row
  await recordEvents(tx, [{ tenant_id, type: 'campaign.updated', at, phone_number_id, subject_id, data }])
  return data
}
