// Messages whose next try is due. They may have waited for seconds or for days: meanwhile somebody may have opted out, or night
// may have come where they are.

import { optedOutOf } from '../../contacts/consent.ts'
import type { Transaction } from '../../db/pool.ts'
import { countryOf } from '../../kit/country.ts'
import { type Again, type Bulk, type Fate, takeBulkAgain } from '../../messages/bulk/again.ts'
import { bulkAgainInMs } from '../../messages/bulk/store.ts'
import type { OwnProblem } from '../../messages/settle.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import { OPTED_OUT, skipsOptedOut } from '../skipped.ts'
import { openQuiet, type Person, zoneOf } from './quiet.ts'
import { skipGivenUp } from './recipientQueries.ts'

/** The queue goes by PostgreSQL's clock, nights by the house's: so they are looked at again meanwhile. */
const LOOK_AGAIN_MS = 60_000

export type AgainWish = { campaign: CampaignRow; template: TemplateRow; home_zone: string }

/** Under a lease, at most so many. */
export async function takeAgain(campaigns: Campaigns, wish: AgainWish, limit: number): Promise<Bulk[]> {
  const { id } = wish.campaign
  const in_ms = await bulkAgainInMs(campaigns.messages, id)
  if (in_ms === undefined || in_ms > 0) return []
  return campaigns.batches.transaction(async tx => {
    const judge = (due: Again[]) => judgeOf(campaigns, tx, wish, due)
    const { bulks, dropped } = await takeBulkAgain(campaigns.messages, tx, id, limit, judge)
    if (dropped.length > 0) await skipGivenUp(tx, id, dropped, OPTED_OUT)
    return bulks
  })
}

async function judgeOf(
  campaigns: Campaigns,
  tx: Transaction,
  { campaign, template, home_zone }: AgainWish,
  due: Again[],
): Promise<(one: Again) => Fate> {
  const { phone_number_id, quiet_hours } = campaign
  const people = due.map(one => one.contact_id)
  const opted_out = skipsOptedOut(campaign, template)
    ? await optedOutOf(tx, phone_number_id, people)
    : new Set<string>()
  const now = campaigns.clock.now()
  const quiet = quiet_hours ? openQuiet(quiet_hours, now) : undefined
  return ({ contact_id, recipient }) => {
    if (opted_out.has(contact_id)) return { kind: 'drop', problem: stopped }
    const until = quiet?.until(quiet_hours?.timezone ?? zoneOf(personOf(recipient)) ?? home_zone)
    return until
      ? { kind: 'wait', wait_ms: Math.min(LOOK_AGAIN_MS, until.getTime() - now.getTime()) }
      : { kind: 'send' }
  }
}

function personOf(recipient: string): Person {
  if (!recipient.startsWith('+')) return { alias_kind: 'user_id', alias: recipient, country: null }
  const alias = recipient.slice(1)
  return { alias_kind: 'phone', alias, country: countryOf(alias) ?? null }
}

const stopped: OwnProblem = {
  code: 'recipient_opted_out',
  title: 'Recipient opted out',
  cause: 'The person opted out of marketing while this message waited for its next try; Meta never took it.',
  fix_by: 'recipient',
  retry: 'never',
  next_step: 'Nothing: respect it. Templates that are no marketing reach them all the same.',
}
