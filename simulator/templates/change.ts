// Creating, editing and deleting templates as Meta lets an app do it, with Meta's limits on each.

import { GraphError } from '../graph/errors.ts'
import { announceTemplateComponents, announceTemplateStatus } from '../webhooks/announce.ts'
import type { Json, Template, Waba, World } from '../world.ts'
import { putTemplate, toStored } from './add.ts'
import { checkCategory, checkComponents, checkDraft, checkTtl } from './draft.ts'
import { startReview } from './life.ts'
import { refuseField, refuseTemplate } from './refuse.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MOST_TEMPLATES = 6000
const CREATIONS_AN_HOUR = 100
const EDITS_A_MONTH = 10
const EDITABLE = ['APPROVED', 'REJECTED', 'PAUSED']

const ofWaba = (world: World, waba_id: string) =>
  [...world.templates.values()].filter(one => one.waba_id === waba_id)

const lockKey = (name: string, language: string) => `${name} ${language}`

export function createTemplate(world: World, waba: Waba, body: Json): Template {
  const draft = checkDraft(body)
  checkHandles(world, draft.components)
  const now = world.clock.now()
  const there = ofWaba(world, waba.id)
  if (there.some(one => one.name === draft.name && one.language === draft.language))
    throw refuseTemplate(2388024, `There is already ${draft.language} content for this template.`)
  if ((waba.template_locks?.[lockKey(draft.name, draft.language)] ?? 0) > now)
    throw refuseTemplate(2388023, 'This name and language was deleted; it is free again after 30 days.')
  if (there.length >= MOST_TEMPLATES)
    throw refuseTemplate(2388019, `The account may have ${MOST_TEMPLATES} templates.`)
  takeCreation(world, waba, now)
  const template = putTemplate(world, waba.id, { ...draft, id: freeId(world) })
  startReview(world, template)
  world.emit('template', () => null)
  return template
}

function takeCreation(world: World, waba: Waba, now: number) {
  const recent = (waba.template_creations ?? []).filter(at => at > now - HOUR_MS)
  waba.template_creations = recent
  if (recent.length >= CREATIONS_AN_HOUR && world.settings.enforce_rates)
    throw new GraphError(80007, { details: 'The account has created 100 templates within an hour.' })
  recent.push(now)
}

/** Like the ids of Meta's own: digits. */
function freeId(world: World): string {
  return `9201002003${String(world.next_id++).padStart(6, '0')}`
}

export function editTemplate(world: World, template: Template, body: Json) {
  const { category, components, message_send_ttl_seconds } = body
  if (!EDITABLE.includes(template.status))
    throw refuseTemplate(2388039, `A template that is ${template.status} cannot be edited.`)
  if ([category, components, message_send_ttl_seconds].every(one => one === undefined))
    throw refuseField('Give category, components or message_send_ttl_seconds.')
  const wanted = category === undefined ? (template.category as 'UTILITY') : checkCategory(category)
  if (template.status === 'APPROVED' && wanted !== template.category)
    throw refuseField('The category of an approved template cannot be edited.')
  const ttl = checkTtl(message_send_ttl_seconds, wanted)
  const parts = checkComponents(components ?? original(template), wanted, template.parameter_format)
  if (components !== undefined) checkHandles(world, parts, handlesIn(original(template)))
  if (template.status === 'APPROVED') takeEdit(world, template)
  Object.assign(template, {
    category: wanted,
    components: parts.map(one => toStored(one, wanted)),
    ...(message_send_ttl_seconds !== undefined && { message_send_ttl_seconds: ttl }),
  })
  template.submitted = parts
  template.edited = true
  if (components !== undefined) announceTemplateComponents(world, template)
  if (category !== undefined || components !== undefined) startReview(world, template)
  world.emit('template', () => null)
}

/** Handles come from an upload to this app; those that the template has already stay good. */
function checkHandles(world: World, components: Json[], known: string[] = []) {
  const strange = handlesIn(components).find(handle => !world.handles.has(handle) && !known.includes(handle))
  if (strange !== undefined)
    throw refuseTemplate(2494102, 'The header_handle is none that an upload has given.')
}

function handlesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'header_handle' && Array.isArray(inner) ? inner.map(String) : handlesIn(inner),
  )
}

/** As it was submitted: what is stored has Meta's fixed texts in it. */
const original = (template: Template) => template.submitted ?? template.components

function takeEdit(world: World, template: Template) {
  if (!world.settings.enforce_rates) return
  const now = world.clock.now()
  const edits = (template.edits ?? []).filter(at => at > now - 30 * DAY_MS)
  if (edits.some(at => at > now - DAY_MS))
    throw refuseField('An approved template may be edited once within 24 hours.')
  if (edits.length >= EDITS_A_MONTH)
    throw refuseField('An approved template may be edited 10 times within 30 days.')
  template.edits = [...edits, now]
}

/** By name (every language), by name and id (one language), or by a list of ids. All of it or nothing. */
export function deleteTemplates(world: World, waba: Waba, query: Json) {
  const chosen = chooseTemplates(ofWaba(world, waba.id), query)
  if (chosen.some(one => one.status === 'DISABLED'))
    throw refuseField('A disabled template cannot be deleted.')
  for (const template of chosen) {
    world.templates.delete(template.id)
    if (template.was_approved || template.status === 'APPROVED') {
      waba.template_locks ??= {}
      waba.template_locks[lockKey(template.name, template.language)] = world.clock.now() + 30 * DAY_MS
    }
    announceTemplateStatus(world, { ...template, status: 'DELETED' }, null)
  }
  world.emit('template', () => null)
}

function chooseTemplates(there: Template[], { name, hsm_id, hsm_ids }: Json): Template[] {
  if (hsm_ids !== undefined) {
    if (name !== undefined || hsm_id !== undefined) throw refuseField('hsm_ids stands alone.')
    const ids = idsIn(hsm_ids)
    const found = there.filter(one => ids.includes(one.id))
    if (ids.length === 0 || ids.length > 100 || found.length !== new Set(ids).size)
      throw refuseField('hsm_ids must be 1 to 100 ids of templates of this account.')
    return found
  }
  if (typeof name !== 'string' || name === '') throw refuseField('The parameter name is required.')
  const found = there.filter(one => one.name === name && (hsm_id === undefined || one.id === String(hsm_id)))
  if (found.length === 0) throw refuseField('Message template not found.')
  return found
}

function idsIn(given: unknown): string[] {
  if (Array.isArray(given)) return given.map(String)
  return String(given).match(/\d+/g) ?? []
}
