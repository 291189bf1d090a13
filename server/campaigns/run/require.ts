// What must be true before a campaign may go on: its number can send, and its template is approved.

import { requireSendable } from '../../accounts/room.ts'
import { canSend } from '../../accounts/schema.ts'
import type { Queryable } from '../../db/pool.ts'
import type { Principal } from '../../http/route.ts'
import { fail } from '../../kit/errors.ts'
import { requireTemplate } from '../../templates/find.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import type { Campaigns } from '../room.ts'
import type { Baseline, CampaignRow, CampaignStatus } from '../schema.ts'
import { numberReason, templateReason } from './watch.ts'
import { health } from './watchQueries.ts'

/**
 * Fails as a single send from this number with this template would, and where Meta lets the number send nothing. The
 * template that is remembered may be older than the news for which a campaign has just paused, so the database is asked too.
 */
export async function requireReady(
  campaigns: Campaigns,
  tx: Queryable,
  caller: Principal,
  row: CampaignRow,
): Promise<TemplateRow> {
  const number = await requireSendable(campaigns.accounts, caller, row.phone_number_id)
  const now = await health(tx, row.id)
  if (now && !canSend(now.number_status)) {
    const { message } = numberReason(now.number_status)
    fail('invalid_state', {
      param: 'phone_number_id',
      message,
      details: { number_status: now.number_status },
    })
  }
  const template = await requireTemplate(campaigns.templates, number, row)
  if (now?.template_status && now.template_status !== 'APPROVED') {
    fail('template_not_approved', { param: 'template', message: templateReason(now.template_status).message })
  }
  return template
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
    account_status: found?.account_status ?? '',
    number_status: found?.number_status ?? '',
    at: campaigns.clock.now().toISOString(),
  }
}
