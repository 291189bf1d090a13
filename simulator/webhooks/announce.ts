// Account-level webhooks: what Meta tells when a template, a number or an account changes.

import {
  digitsOf,
  type Json,
  type PhoneNumber,
  type Template,
  type TemplateButton,
  type Waba,
  type World,
} from '../world.ts'

function announce(world: World, entry_id: string, field: string, value: Json) {
  const time = Math.floor(world.clock.now() / 1000)
  world.outbox.put({ entry_id, field, value, time, lane: 'account' })
}

const nameOf = (template: Template) => ({
  message_template_id: /^\d+$/.test(template.id) ? Number(template.id) : template.id,
  message_template_name: template.name,
  message_template_language: template.language,
})

export function announceTemplateStatus(
  world: World,
  template: Template,
  reason: string | null,
  info?: { title: string; description: string },
) {
  const isRejected = template.status === 'REJECTED' && reason === 'INVALID_FORMAT'
  const recommendation = 'Number the variables from 1 upwards.'
  announce(world, template.waba_id, 'message_template_status_update', {
    event: template.status,
    ...nameOf(template),
    reason: reason ?? (template.status === 'APPROVED' ? 'NONE' : null),
    message_template_category: template.category,
    ...(isRejected && { rejection_info: { reason: 'Variables are not in sequence.', recommendation } }),
    ...(info && { other_info: info }),
    ...(template.status === 'DISABLED' && {
      disable_info: { disable_date: String(Math.floor(world.clock.now() / 1000)) },
      other_info: { title: 'DISABLED', description: 'Disabled because of low quality.' },
    }),
  })
}

export function announceTemplateCategory(world: World, template: Template, previous_category: string) {
  const change = { previous_category, new_category: template.category }
  announce(world, template.waba_id, 'template_category_update', { ...nameOf(template), ...change })
}

/** A day before it is done. */
export function announceTemplateCategoryAhead(world: World, template: Template) {
  const { category, at } = template.correct_category ?? { category: template.category, at: 0 }
  announce(world, template.waba_id, 'template_category_update', {
    ...nameOf(template),
    new_category: template.category,
    correct_category: category,
    category_update_timestamp: Math.floor(at / 1000),
  })
}

/** The texts of a template that was changed, as Meta tells them: without formats and examples. */
export function announceTemplateComponents(world: World, template: Template) {
  const textOf = (type: string) => template.components.find(one => one.type === type)?.text
  const [title, footer] = [textOf('HEADER'), textOf('FOOTER')]
  const buttons = template.components.find(one => one.type === 'BUTTONS')?.buttons
  announce(world, template.waba_id, 'message_template_components_update', {
    ...nameOf(template),
    message_template_element: textOf('BODY') ?? '',
    ...(title !== undefined && { message_template_title: title }),
    ...(footer !== undefined && { message_template_footer: footer }),
    ...(buttons && { message_template_buttons: buttons.map(tellButton) }),
  })
}

function tellButton({ type, text, url, phone_number }: TemplateButton): Json {
  return {
    message_template_button_type: type,
    message_template_button_text: text ?? type,
    ...(url !== undefined && { message_template_button_url: url }),
    ...(phone_number !== undefined && { message_template_button_phone_number: phone_number }),
  }
}

export function announceTemplateQuality(world: World, template: Template, previous_quality_score: string) {
  const change = { previous_quality_score, new_quality_score: template.quality }
  announce(world, template.waba_id, 'message_template_quality_update', { ...change, ...nameOf(template) })
}

const LIMITS = ['TIER_50', 'TIER_250', 'TIER_1K', 'TIER_2K', 'TIER_10K', 'TIER_100K', 'TIER_UNLIMITED']
const QUALITIES = ['RED', 'YELLOW', 'GREEN']

/** Compares a number with what it was, and tells what Meta would tell. */
export function announceNumber(world: World, before: PhoneNumber, number: PhoneNumber) {
  const tell = (event: string, more: Json = {}) =>
    announce(world, number.waba_id, 'phone_number_quality_update', {
      display_phone_number: digitsOf(number.display_phone_number),
      event,
      current_limit: number.messaging_limit,
      ...more,
      max_daily_conversations_per_business: number.messaging_limit,
    })
  if (before.throughput_level !== number.throughput_level) {
    tell(number.throughput_level === 'HIGH' ? 'THROUGHPUT_UPGRADE' : 'DOWNGRADE')
  }
  if (before.messaging_limit !== number.messaging_limit) {
    const isHigher = LIMITS.indexOf(number.messaging_limit) > LIMITS.indexOf(before.messaging_limit)
    tell(isHigher ? 'UPGRADE' : 'DOWNGRADE', { old_limit: before.messaging_limit })
    const max_daily_conversations_per_business = number.messaging_limit
    announce(world, number.waba_id, 'business_capability_update', { max_daily_conversations_per_business })
  }
  if (before.quality_rating !== number.quality_rating) {
    const isBetter = QUALITIES.indexOf(number.quality_rating) > QUALITIES.indexOf(before.quality_rating)
    tell(isBetter ? 'UNFLAGGED' : 'FLAGGED')
  }
  if (before.status !== number.status) announceNumberStatus(world, before, number)
}

function announceNumberStatus(world: World, before: PhoneNumber, number: PhoneNumber) {
  const ban = (waba_ban_state: string) => {
    const waba_ban_date = new Date(world.clock.now()).toISOString().slice(0, 10)
    const value = { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state, waba_ban_date } }
    announce(world, number.waba_id, 'account_update', value)
  }
  if (number.status === 'BANNED') ban('DISABLE')
  else if (before.status === 'BANNED') ban('REINSTATE')
}

/** Embedded Signup was finished: this goes out under the partner's portfolio, whoever listens to the account. */
export function announcePartnerAdded(world: World, waba: Waba) {
  const waba_info = { waba_id: waba.id, owner_business_id: waba.business_id }
  announce(world, world.app.business_id, 'account_update', { event: 'PARTNER_ADDED', waba_info })
}
