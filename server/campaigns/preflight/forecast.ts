// What a campaign will cost, by the rate card in force when it runs.

import { forecastCost } from '../../analytics/costs/forecast.ts'
import { UNKNOWN_COUNTRY } from '../../analytics/rates/countries.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import type { Preflight } from './schema.ts'

/** `by_country` are those who would be sent to. Null: there is no template whose category could be priced. */
export async function forecast(
  campaigns: Pick<Campaigns, 'messages'>,
  campaign: CampaignRow,
  template: TemplateRow | undefined,
  by_country: Map<string | null, number>,
  now: Date,
): Promise<Preflight['cost']> {
  if (!template) return null
  const { tenant_id, phone_number_id, scheduled_at } = campaign
  const counts = [...by_country].filter(([, count]) => count > 0)
  const { category } = template
  const found = await forecastCost(campaigns.messages.analytics, {
    ...{ tenant_id, phone_number_id, category },
    counts_by_country: Object.fromEntries(
      counts.map(([country, count]) => [country ?? UNKNOWN_COUNTRY, count]),
    ),
    at: scheduled_at !== null && scheduled_at > now ? scheduled_at : now,
  })
  const { messages, billable, unpriced, total: cost } = found
  return { ...found, by_category: [{ category, messages, billable, unpriced, cost }] }
}
