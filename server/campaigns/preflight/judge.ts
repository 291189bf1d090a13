// What stands in the way of a launch, and what one should know before it: each rule is a sentence with its condition.

import { canSend, type PhoneNumber } from '../../accounts/schema.ts'
import { priceEffect } from '../../templates/priceEffect.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import { whyNotSendable } from '../../templates/statuses.ts'
import type { CampaignRow } from '../schema.ts'
import type { Finding, Preflight } from './schema.ts'

export type Facts = Omit<Preflight, 'ready' | 'blockers' | 'warnings'> & {
  campaign: CampaignRow
  template_row: TemplateRow | undefined
  number: PhoneNumber
  account_status: string
  /** Recipients who are known by a user id alone. */
  user_ids: number
  /** Marketing messages to the United States, which Meta does not deliver at present. */
  us_recipients: number
  now: Date
}

type Rule = [code: string, of: (facts: Facts) => string | false | undefined]

const BLOCKERS: Rule[] = [
  [
    'invalid_state',
    ({ campaign: { status } }) => LAUNCHED.includes(status) && `The campaign is ${status} already.`,
  ],
  [
    'no_recipients',
    ({ campaign: { status }, recipients }) =>
      !LAUNCHED.includes(status) && recipients.total === 0 && NO_RECIPIENTS,
  ],
  [
    'nobody_sendable',
    ({ recipients }) => recipients.total > 0 && recipients.sendable === 0 && nobodySendable(recipients),
  ],
  [
    'template_not_found',
    ({ template_row, template: { name, language } }) =>
      !template_row &&
      `There is no template "${name}" (${language}) any more; create it, or name another one with PATCH.`,
  ],
  [
    'template_not_approved',
    ({ template_row }) =>
      template_row &&
      template_row.status !== 'APPROVED' &&
      `The template "${template_row.name}" (${template_row.language}) ${whyNotSendable(template_row)}`,
  ],
  [
    'account_unusable',
    ({ account_status }) =>
      ['token_invalid', 'disconnected'].includes(account_status) &&
      "The number's account is not connected; connect it again through onboarding.",
  ],
  [
    'number_not_connected',
    ({ number: { status, display_phone_number } }) =>
      !canSend(status) &&
      `Meta says that the number ${display_phone_number} is ${status}, so it cannot send; look at it in WhatsApp Manager.`,
  ],
]

const WARNINGS: Rule[] = [
  [
    'missing_variables',
    ({ recipients: { missing_variables } }) =>
      missing_variables.length > 0 &&
      `${list(missing_variables.map(one => `"${one.variable}" (${people(one.recipients)})`))} will fail for lack of a value; add one, or write a default: {{name|there}}.`,
  ],
  [
    'invalid_variables',
    ({ recipients: { invalid_variables } }) =>
      invalid_variables > 0 &&
      `${people(invalid_variables)} will fail for a value that Meta refuses; \`recipients.problems\` tells which.`,
  ],
  [
    'opted_out',
    ({ recipients: { opted_out, skipped } }) =>
      opted_out > 0 &&
      (skipped > 0
        ? `${people(opted_out, 'wants', 'want')} no marketing from this number, and will be skipped.`
        : `${people(opted_out, 'wants', 'want')} no marketing from this number, and will be sent to all the same; Meta may refuse that.`),
  ],
  [
    'duplicates_in_running_campaigns',
    ({ recipients: { duplicates } }) =>
      duplicates.running_campaigns > 0 &&
      `${people(duplicates.running_campaigns, 'stands', 'stand')} in ${list(duplicates.campaigns.map(one => `"${one.name}"`))} too: both messages are sent.`,
  ],
  [
    'same_person',
    ({ recipients: { duplicates } }) =>
      duplicates.same_person > 0 &&
      `${people(duplicates.same_person, 'is', 'are')} known to be somebody who is there under another address too, and is sent the message twice.`,
  ],
  [
    'messaging_limit',
    ({ messaging_limit: { limit, new_contacts, fits_today, days } }) =>
      limit !== null &&
      fits_today < new_contacts &&
      `Meta lets this portfolio reach ${all(limit)} new people in 24 hours: ${all(fits_today)} of ${all(new_contacts)} fit today, the others wait, ${days - 1} more ${days === 2 ? 'day' : 'days'} in all.`,
  ],
  [
    'number_quality',
    ({ number: { quality_rating } }) =>
      quality_rating === 'RED' &&
      "The number's quality is RED: people block or report it. Meta may restrict it; better wait until it recovers.",
  ],
  [
    'template_quality',
    ({ template_row }) =>
      template_row?.quality_score === 'RED' &&
      "The template's quality is RED: Meta will pause it if people go on blocking and reporting it.",
  ],
  [
    'account_restricted',
    ({ account_status }) =>
      account_status === 'restricted' && 'Meta restricts this account at present; messages may be refused.',
  ],
  ['category', ({ template_row }) => (template_row && priceEffect(template_row)) || undefined],
  [
    'us_marketing',
    ({ us_recipients }) =>
      us_recipients > 0 &&
      `${people(us_recipients, 'has', 'have')} a number of the United States, where Meta delivers no marketing messages at present (since April 2025).`,
  ],
  [
    'user_ids',
    ({ user_ids, template_row }) =>
      user_ids > 0 &&
      template_row?.category === 'AUTHENTICATION' &&
      `${people(user_ids, 'is', 'are')} known by a user id alone, and Meta sends login codes to phone numbers only.`,
  ],
  [
    'rate_above_number',
    ({ campaign: { rate_per_second }, phone_number: { messages_per_second } }) =>
      rate_per_second !== null &&
      rate_per_second > messages_per_second &&
      `\`rate_per_second\` is ${rate_per_second}, but Meta lets this number send ${messages_per_second} a second.`,
  ],
  [
    'schedule_passed',
    ({ campaign: { scheduled_at }, now }) =>
      scheduled_at !== null &&
      scheduled_at <= now &&
      'The time of `scheduled_at` has passed: it starts at once.',
  ],
]

export const NO_RECIPIENTS = 'Nobody waits to be sent to; add recipients with POST …/recipients.'

export function nobodySendable({ total, problems: [first] }: Facts['recipients']): string {
  return `Of ${all(total)} nobody can be sent to; ${first ? `the first: ${first.message}` : 'all are skipped.'}`
}

const LAUNCHED = ['running', 'completed', 'cancelled', 'failed']

export function judge(facts: Facts): { blockers: Finding[]; warnings: Finding[] } {
  return { blockers: apply(BLOCKERS, facts), warnings: apply(WARNINGS, facts) }
}

function apply(rules: Rule[], facts: Facts): Finding[] {
  return rules.flatMap(([code, of]) => {
    const message = of(facts)
    return message ? [{ code, message }] : []
  })
}

function all(count: number): string {
  return count.toLocaleString('en-US')
}

/** With the verb that follows, where one does: `one` recipient does what `many` do. */
function people(count: number, one = '', many = ''): string {
  return count === 1 ? `1 recipient ${one}`.trim() : `${all(count)} recipients ${many}`.trim()
}

function list(parts: string[]): string {
  const shown = parts.slice(0, 5)
  return parts.length > 5 ? `${shown.join(', ')} and ${parts.length - 5} more` : shown.join(', ')
}
