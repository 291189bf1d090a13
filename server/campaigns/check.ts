// What is wrong with a campaign beyond what its schema can say, and which number and template it means.

import { type AccountNumber, findNumber, requireSandboxAllowed } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail, type Issue } from '../kit/errors.ts'
import { isTimezone } from '../kit/timezone.ts'
import { findTemplate } from '../templates/find.ts'
import type { CampaignPatch } from './bodies.ts'
import { invalid } from './refuse.ts'
import type { Campaigns } from './room.ts'

/** Also a number that cannot send at present: that may change until the campaign is launched. */
export async function requireNumber(
  campaigns: Campaigns,
  caller: Principal,
  phone_id: string,
): Promise<AccountNumber> {
  const number = await findNumber(campaigns.accounts, caller.tenant_id, phone_id)
  if (!number) {
    const message = 'There is no such number in this account; GET /api/v1/whatsapp/phone_numbers lists yours.'
    return fail('not_found', { param: 'phone_number_id', message })
  }
  requireSandboxAllowed(caller, number)
  return number
}

/** Whether a key may change what belongs to a campaign: one of the sandbox reaches its numbers only. */
export async function requireReach(
  campaigns: Campaigns,
  caller: Principal,
  campaign: { phone_number_id: string },
): Promise<void> {
  const number = await findNumber(campaigns.accounts, caller.tenant_id, campaign.phone_number_id)
  if (number) requireSandboxAllowed(caller, number)
}

/** The language of the template, which must exist in it. It need not be approved yet. */
export async function requireLanguage(
  campaigns: Campaigns,
  number: AccountNumber,
  name: string,
  language: string | undefined,
): Promise<string> {
  const found = await findTemplate(campaigns.templates, number.account_id, name, language ?? '')
  const { languages } = found
  const [only, ...more] = languages
  if (only === undefined) {
    return fail('template_not_found', {
      param: 'template',
      message: `This WABA has no template "${name}"; create it, or POST /api/v1/whatsapp/templates/sync if it is new at Meta.`,
      details: { languages },
    })
  }
  if (language === undefined) {
    if (more.length === 0) return only
    const message = `The template "${name}" exists in ${languages.join(', ')}; say in \`language\` which one is meant.`
    throw invalid([{ param: 'language', message }])
  }
  if (found.template) return language
  return fail('template_not_found', {
    param: 'language',
    message: `The template "${name}" does not exist in the language "${language}"; it exists in ${languages.join(', ')}.`,
    details: { languages },
  })
}

/** All problems at once. */
export function checkFields({ scheduled_at, quiet_hours }: CampaignPatch, now: Date): void {
  const issues: Issue[] = []
  if (scheduled_at && new Date(scheduled_at) <= now) {
    const message = '`scheduled_at` must be in the future; leave it out to start as soon as it is launched.'
    issues.push({ param: 'scheduled_at', message })
  }
  if (quiet_hours && quiet_hours.start === quiet_hours.end) {
    issues.push({
      param: 'quiet_hours.end',
      message: '`quiet_hours.end` must differ from `quiet_hours.start`.',
    })
  }
  if (quiet_hours?.timezone !== undefined && !isTimezone(quiet_hours.timezone)) {
    const message = '`quiet_hours.timezone` must be an IANA time zone like "Europe/Berlin".'
    issues.push({ param: 'quiet_hours.timezone', message })
  }
  if (issues.length > 0) throw invalid(issues)
}
