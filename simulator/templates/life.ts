// What becomes of a template by the clock: its review, and the pauses that bad quality brings. Names decide, as
// docs/simulator.md tells, so that every outcome can be had on purpose.

import {
  announceTemplateCategory,
  announceTemplateCategoryAhead,
  announceTemplateQuality,
  announceTemplateStatus,
} from '../webhooks/announce.ts'
import type { Template, World } from '../world.ts'

const REVIEW_MS = 2000
const SLOW_REVIEW_MS = 600_000
const HOUR_MS = 3_600_000
const PAUSES_MS = [3 * HOUR_MS, 6 * HOUR_MS]

const REASON =
  /reject_(abusive_content|incorrect_category|invalid_format|promotional|scam|tag_content_mismatch)/

/** Puts it into review, and decides later. */
export function startReview(world: World, template: Template) {
  Object.assign(template, { status: 'PENDING', rejected_reason: 'NONE' })
  plan(world, template, 'review', template.name.includes('slow') ? SLOW_REVIEW_MS : REVIEW_MS)
}

type Next = NonNullable<Template['next']>

function plan(world: World, template: Template, what: Next['what'], delay_ms: number) {
  template.next = { what, at: world.clock.now() + delay_ms }
  wait(world, template, template.next, delay_ms)
}

function wait(world: World, template: Template, next: Next, delay_ms: number) {
  world.clock.after(Math.max(0, delay_ms), () => {
    const now = world.templates.get(template.id)
    if (now?.next?.at !== next.at || now.next.what !== next.what) return
    delete now.next
    if (next.what === 'review') decide(world, now)
    else resume(world, now)
    world.emit('template', () => null)
  })
}

/** After a start from the state file: what was planned still comes. */
export function resumeTemplates(world: World) {
  for (const template of world.templates.values()) {
    if (template.next) wait(world, template, template.next, template.next.at - world.clock.now())
    if (template.correct_category) waitForCategory(world, template, template.correct_category)
  }
}

/** Tells a day ahead that the category will be another one, and then changes it. */
export function planCategory(world: World, template: Template, category: string) {
  template.correct_category = { category, at: world.clock.now() + 24 * HOUR_MS }
  announceTemplateCategoryAhead(world, template)
  waitForCategory(world, template, template.correct_category)
}

type Plan = NonNullable<Template['correct_category']>

function waitForCategory(world: World, { id }: Template, plan: Plan) {
  world.clock.after(Math.max(0, plan.at - world.clock.now()), () => {
    const template = world.templates.get(id)
    if (template?.correct_category?.at === plan.at) changeCategory(world, template, plan.category)
  })
}

export function changeCategory(world: World, template: Template, category: string) {
  const previous_category = template.category
  delete template.correct_category
  if (category === previous_category) return
  Object.assign(template, { category, previous_category })
  announceTemplateCategory(world, template, previous_category)
  world.emit('template', () => null)
}

/** A rejected template passes once it has been edited. */
function decide(world: World, template: Template) {
  const reason = template.edited ? undefined : REASON.exec(template.name)?.[1]?.toUpperCase()
  if (reason !== undefined) {
    Object.assign(template, { status: 'REJECTED', rejected_reason: reason })
    return announceTemplateStatus(world, template, reason)
  }
  if (template.name.includes('recategorize') && template.category === 'UTILITY')
    changeCategory(world, template, 'MARKETING')
  approve(world, template)
}

function approve(world: World, template: Template, title?: string) {
  Object.assign(template, { status: 'APPROVED', rejected_reason: 'NONE', was_approved: true })
  const info = title === undefined ? undefined : { title, description: 'The template can be sent again.' }
  announceTemplateStatus(world, template, null, info)
}

/** The first time for 3 hours, the second for 6, the third time for good. */
export function pause(world: World, template: Template) {
  const pauses = template.pauses ?? 0
  const delay_ms = PAUSES_MS[pauses]
  template.pauses = pauses + 1
  if (delay_ms === undefined) {
    delete template.next
    template.status = 'DISABLED'
    return announceTemplateStatus(world, template, null)
  }
  template.status = 'PAUSED'
  announceTemplateStatus(world, template, null, {
    title: pauses === 0 ? 'FIRST_PAUSE' : 'SECOND_PAUSE',
    description: `Paused for ${delay_ms / HOUR_MS} hours because of low quality.`,
  })
  plan(world, template, 'resume', delay_ms)
}

export function resume(world: World, template: Template) {
  delete template.next
  if (template.status === 'PAUSED') approve(world, template, 'UNPAUSE')
}

/** Called for every message that was accepted: `low_quality` in the name lets each one spoil it a little more. */
export function wearOut(world: World, template: Template) {
  if (!template.name.includes('low_quality')) return
  const previous = template.quality
  template.quality = previous === 'YELLOW' || previous === 'RED' ? 'RED' : 'YELLOW'
  if (template.quality !== previous) announceTemplateQuality(world, template, previous)
  if (template.quality === 'RED') pause(world, template)
  world.emit('template', () => null)
}
