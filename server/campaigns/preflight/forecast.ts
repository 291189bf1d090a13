// What a campaign will cost by the rate card in force when it runs, asked of the room that knows prices.

import type { TemplateRow } from '../../templates/schema.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import type { Preflight } from './schema.ts'

/** Null where nobody knows prices, or there is no template whose category could be priced. */
export async function forecast(
  campaigns: Pick<Campaigns, 'hooks'>,
  campaign: CampaignRow,
  template: TemplateRow | undefined,
  by_country: Map<string | null, number>,
  now: Date,
): Promise<Preflight['cost']> {
  if (!campaigns.hooks.forecastCost || !template) return null
  const { tenant_id, phone_number_id, scheduled_at } = campaign
  const counts = [...by_country].filter(([, count]) => count > 0)
  const { total, ...rest } = await campaigns.hooks.forecastCost({
    ...{ tenant_id, phone_number_id, category: template.category },
    counts_by_country: Object.fromEntries(counts.map(([country, count]) => [country ?? '', count])),
    at: scheduled_at !== null && scheduled_at > now ? scheduled_at : now,
  })
  const messages = counts.reduce((all, [, count]) => all + count, 0)
  return { ...rest, total, by_category: [{ category: template.category, messages, cost: total }] }
}
