// What Meta does to templates and numbers: reviews, pauses, new categories, quality, limits. Each change is announced.

import { pause } from '../templates/life.ts'
import {
  announceNumber,
  announceTemplateCategory,
  announceTemplateQuality,
  announceTemplateStatus,
} from '../webhooks/announce.ts'
import type { Json, World } from '../world.ts'
import { missing, numberOf, oneOf, textIn, wrong } from './answer.ts'
import { presentNumber, presentTemplate } from './present.ts'
import type { Reply } from './routes.ts'

const STATUSES = [
  ...['PENDING', 'APPROVED', 'REJECTED', 'PAUSED', 'DISABLED', 'IN_APPEAL', 'PENDING_DELETION', 'DELETED'],
  ...['LIMIT_EXCEEDED', 'ARCHIVED', 'FLAGGED', 'LOCKED', 'UNARCHIVED', 'REINSTATED'],
]
const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION']
const QUALITIES = ['GREEN', 'YELLOW', 'RED', 'UNKNOWN']
const NUMBER_STATUSES = [
  ...['CONNECTED', 'PENDING', 'DISCONNECTED', 'BANNED', 'RESTRICTED', 'FLAGGED', 'RATE_LIMITED', 'MIGRATED'],
  ...['DELETED', 'UNKNOWN', 'UNVERIFIED'],
]
const NAME_STATUSES = [
  'APPROVED',
  'AVAILABLE_WITHOUT_REVIEW',
  'DECLINED',
  'EXPIRED',
  'PENDING_REVIEW',
  'NONE',
]
const LIMITS = ['TIER_250', 'TIER_2K', 'TIER_10K', 'TIER_100K', 'TIER_UNLIMITED']

export function changeTemplate(world: World, id: string, body: Json): Reply {
  const template = world.templates.get(id)
  if (!template) throw missing(`There is no template with the id ${id}.`)
  const status = oneOf(body, 'status', STATUSES)
  const category = oneOf(body, 'category', CATEGORIES)
  const quality = oneOf(body, 'quality', QUALITIES)
  const reason = textIn(body, 'reason') ?? null
  const before = { ...template }
  if (category !== undefined && category !== before.category) {
    Object.assign(template, { category, previous_category: before.category })
    announceTemplateCategory(world, template, before.category)
  }
  if (quality !== undefined && quality !== before.quality) {
    template.quality = quality
    announceTemplateQuality(world, template, before.quality)
  }
  if (status === 'PAUSED') pause(world, template)
  else if (status !== undefined) {
    delete template.next
    Object.assign(template, { status, rejected_reason: status === 'REJECTED' ? (reason ?? 'NONE') : 'NONE' })
    announceTemplateStatus(world, template, reason)
  }
  world.emit('template', () => null)
  return { body: presentTemplate(template) }
}

/** Who pays for an account, and who hears of it. */
export function changeAccount(world: World, id: string, body: Json): Reply {
  const waba = world.wabas.get(id)
  if (!waba) throw missing(`There is no account with the id ${id}.`)
  const { funded, subscribed } = body
  for (const [name, value] of Object.entries({ funded, subscribed })) {
    if (value !== undefined && typeof value !== 'boolean') throw wrong(`${name} must be true or false.`)
  }
  const override_callback_uri = textIn(body, 'override_callback_uri')
  if (funded !== undefined) waba.unfunded = funded === false
  if (subscribed === false) waba.subscription = null
  else if (subscribed === true) waba.subscription ??= { override_callback_uri: null }
  if (override_callback_uri !== undefined) waba.subscription = { override_callback_uri }
  world.emit('waba', () => null)
  return { body: { id, funded: waba.unfunded !== true, subscription: waba.subscription } }
}

export function changeNumber(world: World, id: string, body: Json): Reply {
  const number = numberOf(world, id)
  const quality_rating = oneOf(body, 'quality_rating', QUALITIES)
  const throughput_level = oneOf(body, 'throughput_level', ['STANDARD', 'HIGH'])
  const messaging_limit = oneOf(body, 'messaging_limit', LIMITS)
  const status = oneOf(body, 'status', NUMBER_STATUSES)
  const name_status = oneOf(body, 'name_status', NAME_STATUSES)
  const before = { ...number }
  Object.assign(number, {
    ...(quality_rating && { quality_rating }),
    ...(throughput_level && { throughput_level }),
    ...(messaging_limit && { messaging_limit }),
    ...(status && { status }),
    ...(name_status && { name_status }),
  })
  announceNumber(world, before, number)
  world.emit('number', () => null)
  return { body: presentNumber(number) }
}
