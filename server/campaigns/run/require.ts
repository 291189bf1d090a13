// What must be true before a campaign may go on: its number can send, and its template is approved.

import { requireSendable } from '../../accounts/room.ts'
import type { Queryable } from '../../db/pool.ts'
import type { Principal } from '../../http/route.ts'
import { fail } from '../../kit/errors.ts'
import { requireTemplate } from '../../templates/find.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow, CampaignStatus } from '../schema.ts'
import type { Baseline } from './stateQueries.ts'
import { health } from './watchQueries.ts'

/** Fails as a single send from this number with this template would. */
export async function requireReady(campaigns: Campaigns, caller: Principal, row: CampaignRow): Promise<void> {
  const number = await requireSendable(campaigns.accounts, caller, row.phone_number_id)
  await requireTemplate(campaigns.templates, number, row)
}

export function requireState(row: CampaignRow, allowed: CampaignStatus[], what: string): void {
  if (allowed.includes(row.status)) return
  fail('invalid_state', {
    message: `This campaign is ${row.status}; only one that is ${inWords(allowed)} can be ${what}.`,
    details: { status: row.status },
  })
}

function inWords(statuses: string[]): string {
  return statuses.length === 1
    ? String(statuses[0])
    : `${statuses.slice(0, -1).join(', ')} or ${statuses.at(-1)}`
}

/** What is so at this moment, and accepted by whoever says "go". */
export async function baselineOf(campaigns: Campaigns, tx: Queryable, id: string): Promise<Baseline> {
  const found = await health(tx, id)
  return {
    category: found?.template_category ?? '',
    quality: found?.quality_rating ?? null,
    at: campaigns.clock.now().toISOString(),
  }
}
