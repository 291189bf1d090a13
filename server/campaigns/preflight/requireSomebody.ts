// A campaign that can reach nobody is not launched. Its first recipients tell, as a rule; only where none of them can be sent
// to, everybody is looked at as in a preflight.

import { optedOutOf } from '../../contacts/consent.ts'
import type { Transaction } from '../../db/pool.ts'
import { fail } from '../../kit/errors.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import { renderRecipient } from '../render.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import { skipsOptedOut } from '../skipped.ts'
import { NO_RECIPIENTS, nobodySendable } from './judge.ts'
import { measure } from './measure.ts'
import { firstWaiting } from './queries.ts'

const FIRST = 200

/** Fails with `invalid_state`, in the words of the preflight. */
export async function requireSomebody(
  campaigns: Campaigns,
  tx: Transaction,
  campaign: CampaignRow,
  template: TemplateRow,
): Promise<void> {
  const first = await firstWaiting(tx, campaign, FIRST)
  if (first.length === 0) fail('invalid_state', { message: NO_RECIPIENTS })
  const known = first.flatMap(({ contact_id }) => contact_id ?? [])
  const skipped = skipsOptedOut(campaign, template)
    ? await optedOutOf(tx, campaign.phone_number_id, known)
    : new Set<string>()
  const reached = first.some(
    one =>
      !(one.contact_id !== null && skipped.has(one.contact_id)) &&
      renderRecipient(template, campaign, one).ok,
  )
  if (reached) return
  const { recipients } = await measure(tx, campaign, template, campaigns.clock.now())
  if (recipients.sendable === 0) fail('invalid_state', { message: nobodySendable(recipients) })
}
