// Edits a template: what its status and Meta's limits on edits allow. All components are replaced at once.

import type { ConnectedAccount } from '../accounts/room.ts'
import type { Recovered } from '../http/route.ts'
import { fail, type Issue } from '../kit/errors.ts'
import type { TemplateEdit, TemplateInfo } from '../meta/templates.ts'
import { failAtMeta, requireAccount } from './accountOf.ts'
import { rowOfKey, storeEdit } from './changeQueries.ts'
import { type Asking, refuse } from './create.ts'
import { requireRow, requireTemplateById } from './find.ts'
import { withHandles } from './headerMedia.ts'
import { isAsWished, readBack, unsettled } from './readBack.ts'
import type { Templates } from './room.ts'
import { checkContent } from './rules/check.ts'
import type { Findings } from './rules/findings.ts'
import type { Template, TemplateRow } from './schema.ts'
import { asStored } from './stored.ts'
import { changing } from './tell.ts'

export type EditWish = { category?: string; components?: object[]; message_send_ttl_seconds?: number }

const EDITABLE = ['APPROVED', 'REJECTED', 'PAUSED']
const DAY_MS = 86_400_000
const MONTHLY = 10

export async function editTemplate(
  templates: Templates,
  id: string,
  wish: EditWish,
  { caller, idempotency_id }: Asking,
): Promise<Template> {
  const row = await requireRow(templates, caller.tenant_id, id)
  const account = await requireAccount(templates, caller, row.waba_id)
  requireEditable(row)
  const found = check(row, wish)
  refuse(found.issues)
  if (row.status === 'APPROVED') requireEditsLeft(row, templates.clock.now())
  const { category, components, message_send_ttl_seconds } = wish
  const edit: TemplateEdit = {
    ...(category === undefined ? {} : { category: category.toUpperCase() }),
    ...(components && { components: await withHandles(templates, { caller, account }, components) }),
    ...(message_send_ttl_seconds === undefined ? {} : { message_send_ttl_seconds }),
  }
  const there = await submit(templates, account, row, edit)
  await store(templates, row, { edit, there, idempotency_id })
  const template = await requireTemplateById(templates, caller.tenant_id, id)
  return found.warnings.length === 0 ? template : { ...template, warnings: found.warnings }
}

/** Answers it as Meta has it now. Where the answer was lost, the edit was made if Meta has what was wished for. */
async function submit(
  templates: Templates,
  account: ConnectedAccount,
  row: TemplateRow,
  edit: TemplateEdit,
): Promise<TemplateInfo | undefined> {
  const doing = 'Editing the template'
  const made = await templates.meta.editTemplate(account.token, row.meta_template_id, edit)
  if (!made.ok && made.kind !== 'unexpected') return failAtMeta(templates, account.id, made, doing)
  const there = await readBack(templates, account, row)
  if (made.ok || isAsWished(there, edit)) return there
  return unsettled(failAtMeta(templates, account.id, made, doing))
}

type Done = {
  edit: TemplateEdit
  there: TemplateInfo | undefined
  idempotency_id: string | undefined
}

/** As Meta has it now, where it told; else as it was wished for. */
async function store(
  templates: Templates,
  row: TemplateRow,
  { edit, there, idempotency_id }: Done,
): Promise<void> {
  const reviewed = edit.category !== undefined || edit.components !== undefined
  const { category, components } = there ?? edit
  const stored = {
    ...(category && { category }),
    ...(components && { components: there ? components : asStored(components) }),
    ...(edit.message_send_ttl_seconds && { message_send_ttl_seconds: edit.message_send_ttl_seconds }),
    ...(reviewed && { status: there?.status ?? 'PENDING' }),
    ...{ counted: row.status === 'APPROVED', was: row },
  }
  await changing(templates, row.account_id, tx =>
    storeEdit(tx, row.id, stored, idempotency_id, templates.clock.now()),
  )
}

function requireEditable({ status }: TemplateRow): void {
  if (EDITABLE.includes(status)) return
  const message = `The template is ${status}, and Meta lets only approved, rejected and paused ones be edited.${status === 'PENDING' ? ' Wait until its review is over.' : ''}`
  fail('invalid_state', { message, details: { status } })
}

function check(row: TemplateRow, wish: EditWish): Findings {
  const found: Findings = { issues: [], warnings: [] }
  if (Object.keys(wish).length === 0) {
    const message = 'Give what is to be changed: category, components or message_send_ttl_seconds.'
    return { issues: [{ param: 'components', message }], warnings: [] }
  }
  const category = wish.category ?? row.category
  found.issues.push(...categoryIssues(row, wish))
  const format = row.parameter_format === 'NAMED' ? 'NAMED' : 'POSITIONAL'
  const { message_send_ttl_seconds, components } = wish
  const content: Findings = { issues: [], warnings: [] }
  checkContent(content, { category, components, message_send_ttl_seconds }, format)
  // Components that are not given stay, and Meta has reviewed them.
  const about = (issue: Issue) => components !== undefined || !issue.param.startsWith('components')
  found.issues.push(...content.issues.filter(about))
  found.warnings.push(...content.warnings.filter(about))
  return found
}

function categoryIssues(row: TemplateRow, { category, components }: EditWish): Issue[] {
  const wanted = category?.toUpperCase()
  if (wanted === undefined || wanted === row.category) return []
  if (row.status === 'APPROVED') {
    const message = `The category of an approved template cannot be edited; it is ${row.category}. Make a new template for ${wanted}.`
    return [{ param: 'category', message }]
  }
  if ([wanted, row.category].includes('AUTHENTICATION') && components === undefined) {
    const message =
      'Authentication templates are built differently; give the components for the new category too.'
    return [{ param: 'components', message }]
  }
  return []
}

/** An approved template: one edit in 24 hours, ten in 30 days. */
function requireEditsLeft({ edits }: TemplateRow, now: Date): void {
  const times = edits.map(edit => edit.getTime()).filter(time => time > now.getTime() - 30 * DAY_MS)
  const last = Math.max(0, ...times)
  const recent = times.sort((a, b) => a - b)
  const monthly = recent.length >= MONTHLY ? (recent.at(-MONTHLY) ?? 0) + 30 * DAY_MS : 0
  const next_ms = Math.max(last + DAY_MS, monthly)
  if (next_ms <= now.getTime()) return
  const next_edit_at = new Date(next_ms).toISOString()
  const rule = monthly > last + DAY_MS ? 'ten times in 30 days' : 'once in 24 hours'
  const message = `Meta lets an approved template be edited ${rule}; the next edit is possible at ${next_edit_at}.`
  fail('invalid_state', { message, details: { next_edit_at } })
}

/** An edit that was cut off was made if it is stored, or if Meta has what was wished for. */
export async function recoverEdit(
  templates: Templates,
  id: string,
  wish: EditWish,
  { caller, idempotency_id }: Asking & { idempotency_id: string },
): Promise<Recovered> {
  const kept = await rowOfKey(templates.db, caller.tenant_id, idempotency_id)
  if (!kept) {
    const row = await requireRow(templates, caller.tenant_id, id)
    const account = await requireAccount(templates, caller, row.waba_id)
    const there = await readBack(templates, account, row)
    const edit = { ...wish, ...(wish.category && { category: wish.category.toUpperCase() }) }
    const moved = edit.category === undefined || there?.category === edit.category
    if (!isAsWished(there, wish) || !(moved || wish.components)) return { state: 'absent' }
    await store(templates, row, { edit, there, idempotency_id })
  }
  const body = await requireTemplateById(templates, caller.tenant_id, id)
  return { state: 'done', reply: { status: 200, body } }
}
