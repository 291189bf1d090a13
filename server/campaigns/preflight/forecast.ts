// What a campaign will cost by the rate card in force when it runs.

import type { TemplateRow } from '../../templates/schema.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import type { Preflight } from './schema.ts'

/** Null where no prices are known, or there is no template whose category could be priced. */
export async function forecast(
  _campaigns: Campaigns,
  _campaign: CampaignRow,
  _template: TemplateRow | undefined,
  _by_country: Map<string | null, number>,
  _now: Date,
): Promise<Preflight['cost']> {
  return null
}
