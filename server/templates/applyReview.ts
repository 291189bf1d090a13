// Webhooks about templates: status, quality, category, components. They may come twice, late and in any order; what is
// not known changes nothing. They answer the template where it changed, and announce it with the caller's transaction.
// A template that Carom has not pulled yet is not made from a webhook, which does not tell enough: a sync is asked for.

import type { AccountEvent } from '../accounts/webhooks/event.ts'
import { digitsOf, word } from '../accounts/webhooks/event.ts'
import type { Queryable } from '../db/pool.ts'
import { type Named, type Patch, patchTemplate, templateOfEvent } from './queries.ts'
import { withNewTexts } from './rewrite.ts'
import type { Templates } from './room.ts'
import type { TemplateRow } from './schema.ts'
import { askSync } from './syncQueries.ts'
import { tell } from './tell.ts'

const STATUSES = new Set([
  ...['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED', 'PENDING', 'IN_APPEAL', 'PENDING_DELETION', 'DELETED'],
  ...['LIMIT_EXCEEDED', 'ARCHIVED'],
])

/** Meta's page prints the status field's name in the sample of a quality update, so both kinds come here. */
export async function applyStatusUpdate(
  templates: Templates,
  tx: Queryable,
  event: AccountEvent,
): Promise<TemplateRow | undefined> {
  const { value } = event
  if (word(value.new_quality_score) !== undefined) return applyQualityUpdate(templates, tx, event)
  const status = statusOf(value.event)
  if (status === undefined) return undefined
  const reason = word(value.reason)
  const category = word(value.message_template_category)
  return apply(templates, tx, event, 'status', () => ({
    status,
    ...(category === undefined ? {} : { category }),
    ...(status === 'DELETED' ? { removed: true } : {}),
    rejected_reason: status === 'REJECTED' && reason !== 'NONE' ? (reason ?? null) : null,
    status_info: infoOf(value),
  }))
}

export function applyQualityUpdate(
  templates: Templates,
  tx: Queryable,
  event: AccountEvent,
): Promise<TemplateRow | undefined> {
  const quality_score = word(event.value.new_quality_score)
  return apply(templates, tx, event, 'quality', () =>
    quality_score === undefined ? undefined : { quality_score },
  )
}

/** First announced 24 hours ahead (`correct_category`), then done (`previous_category`). */
export function applyCategoryUpdate(
  templates: Templates,
  tx: Queryable,
  event: AccountEvent,
): Promise<TemplateRow | undefined> {
  const category = word(event.value.new_category)
  const previous_category = word(event.value.previous_category)
  const correct_category = word(event.value.correct_category)
  return apply(templates, tx, event, 'category', () => {
    if (previous_category !== undefined && category !== undefined) {
      return { category, previous_category, correct_category: null }
    }
    if (correct_category !== undefined) return { correct_category }
    return category === undefined ? undefined : { category, correct_category: null }
  })
}

/** The webhook has the texts alone, so the whole is asked for as well: parts may have come or gone. */
export async function applyComponentsUpdate(
  templates: Templates,
  tx: Queryable,
  event: AccountEvent,
): Promise<TemplateRow | undefined> {
  const changed = await apply(templates, tx, event, 'components', row => ({
    components: withNewTexts(row.components, event.value),
  }))
  if (changed) await askSync(tx, event.waba_id)
  return changed
}

async function apply(
  templates: Templates,
  tx: Queryable,
  event: AccountEvent,
  kind: string,
  patchOf: (row: TemplateRow) => Patch | undefined,
): Promise<TemplateRow | undefined> {
  const named = nameOf(event)
  const row = named && (await templateOfEvent(tx, named))
  // The end of a template that was deleted here needs no answer.
  if (named && !row && !GONE.has(String(event.value.event))) await askSync(tx, event.waba_id)
  const patch = row && patchOf(row)
  if (!row || !patch) return undefined
  const changed = await patchTemplate(tx, row.id, { kind, at_s: event.at_s }, patch, templates.clock.now())
  if (changed) await tell(templates, tx, changed.account_id, [changed])
  return changed
}

const GONE = new Set(['DELETED', 'PENDING_DELETION'])

/** What came with a status, for people. */
function infoOf(value: Record<string, unknown>): Record<string, unknown> | null {
  const told = (['rejection_info', 'other_info', 'disable_info'] as const).filter(
    name => typeof value[name] === 'object' && value[name] !== null,
  )
  return told.length === 0 ? null : Object.fromEntries(told.map(name => [name, value[name]]))
}

/** Webhooks print languages with a hyphen at times, and ids as numbers, which beyond 2^53 are read as others. */
function nameOf({ waba_id, value }: AccountEvent): Named | undefined {
  const { message_template_id: id } = value
  const exact = typeof id !== 'number' || Number.isSafeInteger(id)
  const meta_template_id = exact ? digitsOf(id) : null
  if (meta_template_id === undefined) return undefined
  const name = word(value.message_template_name) ?? ''
  const language = (word(value.message_template_language) ?? '').replace('-', '_')
  return { waba_id, meta_template_id, name, language }
}

/** FLAGGED and LOCKED leave a template as it is; the ends of an archive or an appeal make it sendable again. */
function statusOf(event: unknown): string | undefined {
  const name = word(event)?.toUpperCase()
  if (name === undefined) return undefined
  if (name === 'REINSTATED' || name === 'UNARCHIVED') return 'APPROVED'
  return STATUSES.has(name) ? name : undefined
}
