// Meta's own account of the same messages, beside Carom's.

import { heldAccounts } from '../../accounts/find.ts'
import { findNumber, markTokenInvalid, openToken } from '../../accounts/room.ts'
import { fail } from '../../kit/errors.ts'
import type { PricingPoint, PricingQuestion } from '../../meta/analytics.ts'
import { refusalFailure } from '../../meta/refuse.ts'
import type { Filter } from '../queries.ts'
import type { Range } from '../range.ts'
import { parseAmount, showAmount } from '../rates/amounts.ts'
import { UNKNOWN_COUNTRY } from '../rates/countries.ts'
import type { Analytics } from '../room.ts'
import { DAY_MS, dateAt } from '../zones.ts'
import type { Priced } from './price.ts'
import { type Bill, presentBill } from './report.ts'
import { byCategory, byCountry, byDay, sumOf } from './sum.ts'

/** Meta's figures in the place of Carom's; those stand in `computed`, and how much more Meta has in `difference`. */
export async function askMeta(analytics: Analytics, filter: Filter, range: Range, bill: Bill) {
  const points = await pointsOf(analytics, filter, range, bill)
  const items = points.map(point => itemOf(range, point))
  const meta = sumOf(items)
  const computed = presentBill(range, bill)
  const ours = sumOf(bill.priced)
  return {
    ...computed,
    ...{ total: showAmount(meta.cost), messages: meta.messages, billable: meta.billable, free: meta.free },
    unpriced: { messages: 0, by_market: [] },
    by_category: byCategory(items),
    by_country: byCountry(items, range.to),
    by_day: byDay(items, range),
    source: 'meta' as const,
    computed: {
      ...{
        total: computed.total,
        messages: computed.messages,
        billable: computed.billable,
        free: computed.free,
      },
      ...{ unpriced: computed.unpriced, by_category: computed.by_category },
    },
    difference: {
      total: showAmount(meta.cost - ours.cost),
      messages: meta.messages - ours.messages,
      billable: meta.billable - ours.billable,
      free: meta.free - ours.free,
    },
  }
}

async function pointsOf(
  analytics: Analytics,
  filter: Filter,
  range: Range,
  bill: Bill,
): Promise<PricingPoint[]> {
  const phone_numbers = await digitsOf(analytics, filter)
  const held = await heldAccounts(analytics.accounts, filter.tenant_id, undefined)
  const found: PricingPoint[] = []
  for (const payer of bill.payers) {
    const account = held.find(one => one.id === payer.account_id)
    const token = account && openToken(analytics.accounts, account)
    if (!token) continue
    for (const question of questionsOf(range, phone_numbers)) {
      const result = await analytics.meta.pricingAnalytics(token, payer.waba_id, question)
      if (!result.ok) {
        if (result.token_invalid) await markTokenInvalid(analytics.accounts, payer.account_id)
        const why = result.problem?.next_step ?? result.reason
        throw refusalFailure(result, {
          message: `Meta's pricing analytics of ${payer.waba_id} could not be read: ${why}`,
        })
      }
      found.push(...result.value)
    }
  }
  return found
}

async function digitsOf(analytics: Analytics, { tenant_id, phone_number_id, campaign_id, template }: Filter) {
  const other = campaign_id === undefined ? (template === undefined ? undefined : 'template') : 'campaign_id'
  if (other) {
    const message = `Meta's analytics know no \`${other}\`; leave it out, or leave out \`source=meta\`.`
    fail('invalid_parameter', { param: other, message, details: { issues: [{ param: other, message }] } })
  }
  const number = phone_number_id && (await findNumber(analytics.accounts, tenant_id, phone_number_id))
  return number ? [number.display_phone_number.replace(/\D/g, '')] : []
}

const HALF_HOURS_AT_ONCE_MS = 5 * DAY_MS

/** Days where the range begins and ends with days of UTC; else half hours, of which an answer holds only so many. */
function questionsOf({ start, end }: Range, phone_numbers: string[]): PricingQuestion[] {
  const whole = start % DAY_MS === 0 && end % DAY_MS === 0
  const step = whole ? end - start : HALF_HOURS_AT_ONCE_MS
  const granularity = whole ? 'DAILY' : 'HALF_HOUR'
  const questions: PricingQuestion[] = []
  for (let at = start; at < end; at += step) {
    const span = { start: at / 1000, end: Math.min(at + step, end) / 1000 }
    questions.push({ ...span, granularity, phone_numbers })
  }
  return questions
}

function itemOf({ timezone }: Range, { start, country, category, type, volume, cost }: PricingPoint): Priced {
  const is_free = type.startsWith('free')
  return {
    ...{ n: volume, billable: is_free ? 0 : volume, free: is_free ? volume : 0, unpriced: 0 },
    ...{ cost: parseAmount(cost) ?? 0n, category, country: country ?? UNKNOWN_COUNTRY, market: undefined },
    day: dateAt(timezone, start * 1000),
  }
}
