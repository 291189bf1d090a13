// What Meta does to templates and numbers: reviews, pauses, new categories, quality, limits. Each change is announced.

import { GraphError } from '../graph/errors.ts'
import { toStored } from '../templates/add.ts'
import { checkComponents } from '../templates/draft.ts'
import { changeCategory, pause, planCategory } from '../templates/life.ts'
import {
  announceNumber,
  announceTemplateComponents,
  announceTemplateQuality,
  announceTemplateStatus,
} from '../webhooks/announce.ts'
import type { Json, Template, World } from '../world.ts'
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
  const correct_category = oneOf(body, 'correct_category', CATEGORIES)
  const components = componentsIn(body, template)
  const reason = textIn(body, 'reason') ?? null
  if (components) {
    Object.assign(template, { submitted: components, components: components.map(storedIn(template)) })
    announceTemplateComponents(world, template)
  }
  if (category !== undefined) changeCategory(world, template, category)
  if (correct_category !== undefined) planCategory(world, template, correct_category)
  if (quality !== undefined && quality !== template.quality) {
    const before = template.quality
    template.quality = quality
    announceTemplateQuality(world, template, before)
  }
  if (status === 'PAUSED') pause(world, template)
  else if (status !== undefined) force(world, template, status, reason)
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

function force(world: World, template: Template, status: string, reason: string | null) {
  delete template.next
  Object.assign(template, { status, rejected_reason: status === 'REJECTED' ? (reason ?? 'NONE') : 'NONE' })
  if (status === 'APPROVED') template.was_approved = true
  announceTemplateStatus(world, template, reason)
}

const storedIn = (template: Template) => (component: Json) => toStored(component, template.category)

/** As somebody would write them in WhatsApp Manager. */
function componentsIn({ components }: Json, template: Template): Json[] | undefined {
  if (components === undefined) return undefined
  try {
    return checkComponents(components, template.category as 'UTILITY', template.parameter_format)
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    throw wrong(String(error.body.error_user_msg ?? error.message))
  }
}

export function changeNumber(world: World, id: string, body: Json): Reply {
  const number = numberOf(world, id)
  const quality_rating = oneOf(body, 'quality_rating', QUALITIES)
  const throughput_level = oneOf(body, 'throughput_level', ['STANDARD', 'HIGH'])
  const messaging_limit = oneOf(body, 'messaging_limit', LIMITS)
  const status = oneOf(body, 'status', NUMBER_STATUSES)
  const name_status = oneOf(body, 'name_status', NAME_STATUSES)
  const override_callback_uri = textIn(body, 'override_callback_uri')
  const before = { ...number }
  Object.assign(number, {
    ...(quality_rating && { quality_rating }),
    ...(override_callback_uri && { override_callback_uri }),
    ...(throughput_level && { throughput_level }),
    ...(messaging_limit && { messaging_limit }),
    ...(status && { status }),
    ...(name_status && { name_status }),
  })
  announceNumber(world, before, number)
  world.emit('number', () => null)
  return { body: presentNumber(number) }
}
