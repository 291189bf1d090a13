// The breaker: looks at what Meta has changed, and at what webhooks told of the messages that went out, and answers why a
// campaign must pause. What was so already when a person launched or resumed it is no reason.

import { canSend, statusNow } from '../../accounts/schema.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import { openWindow, tooManyOptOuts, type WindowState } from './budget.ts'
import { type Sums, sums } from './countQueries.ts'
import { tooManyFailures } from './posts.ts'
import { STOPPER_CODES, stopReasonOf } from './stoppers.ts'
import { causesSince, type Health, health, optOuts } from './watchQueries.ts'

export type Reason = { code: string; message: string }

/** What is remembered between two looks: the counts then, and the outcomes of both kinds. */
type Memory = {
  confirmed: number
  lost: number
  sent: number
  rejected: number
  late: WindowState
  early: WindowState
}

export type Look = { reason: Reason | undefined; memory: unknown; sums: Sums | undefined }

export async function watch(campaigns: Campaigns, row: CampaignRow): Promise<Look> {
  const [now_health, [now_sums]] = await Promise.all([
    health(campaigns.db, row.id),
    sums(campaigns.db, [row.id]),
  ])
  const { memory, over } = compare(row, now_sums)
  const reason =
    (now_health && healthReason(campaigns, row, now_health)) ??
    (now_sums && now_sums.failed > 0 ? await answerReason(campaigns, row) : undefined) ??
    (over ? tooManyFailures(over) : undefined) ??
    (await optOutReason(campaigns, row, now_sums))
  return { reason, memory, sums: now_sums }
}

/** In the order of how much it matters. */
export function healthReason(
  campaigns: Campaigns,
  { baseline }: Pick<CampaignRow, 'baseline'>,
  now: Health,
): Reason | undefined {
  const status = statusNow(now.account_status as 'connected', now.restricted_until, campaigns.clock.now())
  if (status === 'token_invalid') return TOKEN_INVALID
  if (status === 'disconnected' || !now.number_held) return DISCONNECTED
  if (!canSend(now.number_status)) return numberReason(now.number_status)
  if (isNew('restricted', status, baseline?.account_status)) return RESTRICTED
  if (isNew('RESTRICTED', now.number_status, baseline?.number_status)) return numberReason(now.number_status)
  if (isNew('RED', now.quality_rating, baseline?.quality)) return QUALITY_RED
  if (now.template_status === null) return TEMPLATE_GONE
  if (now.template_status !== 'APPROVED') return templateReason(now.template_status)
  if (baseline && now.template_category !== baseline.category) {
    return recategorised(baseline.category, now.template_category ?? '')
  }
  return undefined
}

/** It is so, and was not when somebody said "go". */
function isNew(trouble: string, now: string | null, before: string | null | undefined): boolean {
  return now === trouble && before !== trouble
}

/** Since the last look: what Meta delivered or lost, and what it took or refused. */
function compare(row: CampaignRow, now: Sums | undefined): { memory: Memory; over: string | undefined } {
  const before = row.watch as Memory | null
  const { confirmed = 0, failed = 0, rejected = 0, sent = 0 } = now ?? {}
  const lost = failed - rejected
  const [late, early] = [openWindow(before?.late), openWindow(before?.early)]
  if (before) {
    late.note(grown(confirmed, before.confirmed), grown(lost, before.lost))
    early.note(grown(sent, before.sent), grown(rejected, before.rejected))
  }
  const over = late.over(row.budgets) ?? early.over(row.budgets)
  const memory = { confirmed, lost, sent, rejected, late: late.state(), early: early.state() }
  return { memory, over }
}

function grown(now: number, before: number): number {
  return Math.max(0, now - before)
}

/** Answers of Meta that are about the account, and came by webhook. */
async function answerReason({ db }: Campaigns, row: CampaignRow): Promise<Reason | undefined> {
  if (!row.baseline) return undefined
  const [code] = await causesSince(db, row.id, STOPPER_CODES, new Date(row.baseline.at))
  return code === undefined ? undefined : stopReasonOf(Number(code))
}

async function optOutReason(
  { db }: Campaigns,
  row: CampaignRow,
  now: Sums | undefined,
): Promise<Reason | undefined> {
  if (!row.baseline || !now) return undefined
  const stopped = await optOuts(db, row, new Date(row.baseline.at))
  const over = tooManyOptOuts(row.budgets, stopped, now.delivered)
  return over === undefined
    ? undefined
    : {
        code: 'opt_outs',
        message: `${over}. Look at the text and at who gets it, then resume the campaign or cancel it.`,
      }
}

const TOKEN_INVALID: Reason = {
  code: 'token_invalid',
  message:
    "Meta no longer accepts the account's token. Connect the account again through onboarding, then resume the campaign.",
}

const RESTRICTED: Reason = {
  code: 'account_restricted',
  message:
    'Meta has restricted the account. See WhatsApp Manager for the reason and its end, then resume the campaign.',
}

const DISCONNECTED: Reason = {
  code: 'number_unavailable',
  message: 'The number was disconnected. Connect it again through onboarding, then resume the campaign.',
}

const QUALITY_RED: Reason = {
  code: 'quality_low',
  message:
    "The number's quality fell to red: many people block or report its messages. Write to those alone who want it, then resume the campaign or cancel it.",
}

const TEMPLATE_GONE: Reason = {
  code: 'template_unavailable',
  message:
    'The template does not exist any more. Create it again, or cancel this campaign and make one with another template.',
}

export function numberReason(status: string): Reason {
  return {
    code: 'number_unavailable',
    message: `Meta says that the number is ${status}, and such a number cannot send. See WhatsApp Manager, then go on with the campaign.`,
  }
}

export function templateReason(status: string): Reason {
  return status === 'PAUSED'
    ? {
        code: 'template_paused',
        message:
          'Meta paused the template because of low quality; the pause ends by itself after hours. Improve the text or the audience, then resume the campaign.',
      }
    : {
        code: 'template_unavailable',
        message: `Meta says that the template is ${status}, and only approved ones can be sent. Put it in order, then resume the campaign.`,
      }
}

function recategorised(before: string, now: string): Reason {
  return {
    code: 'template_recategorised',
    message: `Meta changed the category of the template from ${before} to ${now}, so each message has another price. Look at the forecast, then resume the campaign or cancel it.`,
  }
}
