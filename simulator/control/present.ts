// How the control API shows what exists: the public fields only, times as ISO dates.

import type { Message, PhoneNumber, Template, World } from '../world.ts'

const iso = (ms: number) => new Date(ms).toISOString()

export function presentMessage(message: Message) {
  const { id, phone_number_id, user, direction, type, content, rendered, status, timestamp } = message
  const { callback_data, context, deleted, edited, errors, referral, statuses, pricing } = message
  return {
    id,
    phone_number_id,
    user,
    direction,
    type,
    content,
    rendered,
    status,
    timestamp: iso(timestamp),
    callback_data,
    context,
    errors,
    statuses: statuses.map(one => ({ status: one.status, timestamp: iso(one.timestamp) })),
    pricing,
    ...(referral && { referral }),
    ...(deleted && { deleted }),
    ...(edited && { edited }),
  }
}

export const presentClock = (world: World) => ({
  now: iso(world.clock.now()),
  offset_ms: world.clock.offset(),
})

export function presentNumber(number: PhoneNumber) {
  const { id, display_phone_number, verified_name, throughput_level, registered, quality_rating } = number
  const { status, messaging_limit } = number
  return {
    id,
    display_phone_number,
    verified_name,
    throughput_level,
    registered,
    quality_rating,
    status,
    messaging_limit,
  }
}

export function presentTemplate(template: Template) {
  const { id, name, language, status, category, quality, rejected_reason, waba_id } = template
  return { id, name, language, status, category, quality, rejected_reason, waba_id }
}

export function presentWorld(world: World) {
  const ofWaba = <T extends { waba_id: string }>(things: Iterable<T>, waba_id: string) =>
    [...things].filter(thing => thing.waba_id === waba_id)
  const { id, config_id, callback_url } = world.app
  return {
    ...presentClock(world),
    app: { id, config_id, callback_url },
    wabas: [...world.wabas.values()].map(waba => ({
      id: waba.id,
      name: waba.name,
      currency: waba.currency,
      subscribed: waba.subscription !== null,
      phone_numbers: ofWaba(world.numbers.values(), waba.id).map(presentNumber),
      templates: ofWaba(world.templates.values(), waba.id).map(presentTemplate),
    })),
    users: [...world.users.values()],
    settings: world.settings,
  }
}
