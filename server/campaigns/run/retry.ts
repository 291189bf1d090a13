// Failed recipients get another attempt, where it can succeed: asked for by a person, or by itself for Meta's cap on
// marketing, which passes. The old message counts no more, and the recipient waits again, in one transaction.

import type { Queryable } from '../../db/pool.ts'
import { fail } from '../../kit/errors.ts'
import { type Cause, causesOf, type Superseded, supersedeFailed } from '../../messages/bulk/newAttempt.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import { putBack, reviveUnfit } from './recipientQueries.ts'
import { setRetry } from './stateQueries.ts'
import { mayFollow } from './stoppers.ts'
import { retriesOf } from './watchQueries.ts'

const HOUR_MS = 3_600_000
/** Meta's cap on marketing to one person: an attempt before a day is over is counted against the business. */
export const MARKETING_CAP = '131049'
const CAP_MS = 24 * HOUR_MS
const CAP_JITTER_MS = 6 * HOUR_MS
/** So often it is tried by itself, a day later each time. */
const MOST_BY_ITSELF = 4
const AT_ONCE = 10_000

/** Failed recipients whose cause may pass, and, where they are named, recipients that could not become a message. */
export async function askRetry(
  tx: Queryable,
  row: CampaignRow,
  wanted: string[] | undefined,
): Promise<string[]> {
  const known = await causesOf(tx, row.id)
  if (wanted === undefined) return known.filter(mayPass).map(cause => cause.code)
  const hopeless = wanted.filter(code => known.some(cause => cause.code === code && !mayPass(cause)))
  if (hopeless.length === 0) return wanted
  const issues = hopeless.map(code => ({
    param: `causes[${wanted.indexOf(code)}]`,
    message: `${code} cannot succeed later: the same message would fail again.`,
  }))
  return fail('invalid_parameter', {
    param: issues[0]?.param ?? 'causes',
    message: `What failed for ${hopeless.join(', ')} would fail again; leave those causes out.`,
    details: { issues },
  })
}

/** By the verdict of each; what the operator has to put in order first is for the operator to say. */
function mayPass({ code, retry }: Cause): boolean {
  return retry !== 'never' || mayFollow(code) || code === '131000'
}

/** Puts back as many as fit into one transaction. Answers whether there are more. */
export async function retrySome(
  campaigns: Campaigns,
  tx: Queryable,
  campaign_id: string,
  codes: string[],
): Promise<boolean> {
  const numbers = codes.filter(code => code !== UNFIT)
  const rows = await supersedeFailed(tx, campaign_id, [...numbers], AT_ONCE)
  const now = campaigns.clock.now()
  const capped = codes.includes(MARKETING_CAP)
  const back = rows.map(({ id: message_id, ord, ...failed }) => ({
    ...{ message_id, ord },
    due_at: capped && failed.code === MARKETING_CAP ? afterCap(failed) : now,
  }))
  if (back.length > 0) await putBack(tx, campaign_id, back)
  const unfit = codes.includes(UNFIT) ? await reviveUnfit(tx, campaign_id, [UNFIT], now, AT_ONCE) : 0
  return rows.length === AT_ONCE || unfit === AT_ONCE
}

const UNFIT = 'template_parameters_mismatch'

/** A day after Meta said no, and up to six hours more, so that they do not all come at once. */
function afterCap({ failed_at }: Pick<Superseded, 'failed_at'>): Date {
  return new Date(failed_at.getTime() + CAP_MS + Math.random() * CAP_JITTER_MS)
}

/** Recipients whom Meta's cap kept from getting it are tried again by themselves, some times. Answers how many. */
export async function retryCapped(tx: Queryable, campaign_id: string): Promise<number> {
  const ids = await retriesOf(tx, campaign_id, MARKETING_CAP, MOST_BY_ITSELF, AT_ONCE)
  if (ids.length === 0) return 0
  const rows = await supersedeFailed(tx, campaign_id, [MARKETING_CAP], AT_ONCE, ids)
  await putBack(
    tx,
    campaign_id,
    rows.map(({ id: message_id, ord, failed_at }) => ({ message_id, ord, due_at: afterCap({ failed_at }) })),
  )
  return rows.length
}

export async function keepForLater(tx: Queryable, id: string, codes: string[] | null): Promise<void> {
  await setRetry(tx, id, codes === null ? null : { codes })
}
