// Which messages a call asks about: the filters of its query, found among the tenant's own things.

import { findNumber } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { type Filter, readAccounts, readCampaigns } from './queries.ts'
import type { Analytics } from './room.ts'

export type FilterQuery = { phone_number_id?: string; campaign_id?: string; template?: string }

/** Fails with `not_found` where the number or campaign is not the tenant's. A cm_test_ key sees sandbox accounts only. */
export async function filterOf(analytics: Analytics, caller: Principal, query: FilterQuery): Promise<Filter> {
  const { tenant_id } = caller
  const filter: Filter = { tenant_id }
  if (caller.sandbox_only) {
    const accounts = await readAccounts(analytics.db, tenant_id)
    filter.account_ids = accounts.filter(account => account.sandbox).map(account => account.id)
  }
  if (query.phone_number_id !== undefined) {
    const number = await findNumber(analytics.accounts, tenant_id, query.phone_number_id)
    if (!number)
      fail('not_found', { param: 'phone_number_id', message: 'There is no such number in this account.' })
    filter.phone_number_id = number.id
  }
  if (query.campaign_id !== undefined) {
    const [campaign] = await readCampaigns(analytics.db, tenant_id, [query.campaign_id])
    if (!campaign)
      fail('not_found', { param: 'campaign_id', message: 'There is no such campaign in this account.' })
    filter.campaign_id = campaign.id
  }
  if (query.template !== undefined) filter.template = query.template
  return filter
}
