// Creates a template: checked against everything that Meta documents and that is known of the account, with all problems
// at once; then submitted, and stored as Meta took it.

import type { ConnectedAccount } from '../accounts/room.ts'
import type { Principal, Recovered } from '../http/route.ts'
import { fail, type Issue } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import type { NewTemplate } from '../meta/templates.ts'
import { failAtMeta, requireAccount } from './accountOf.ts'
import { insertTemplate, keepKey, rowOfKey, rowOfName, twinOf } from './changeQueries.ts'
import { requireTemplateById } from './find.ts'
import { withHandles } from './headerMedia.ts'
import { isAsWished, readBack, unsettled } from './readBack.ts'
import type { Templates } from './room.ts'
import { checkDraft } from './rules/check.ts'
import type { Template } from './schema.ts'
import { asStored, textOfPart } from './stored.ts'
import { upsertTemplates } from './syncQueries.ts'
import { changing } from './tell.ts'

export type CreateWish = {
  waba_id?: string
  name: string
  category: string
  language: string
  components: object[]
  parameter_format?: string
  message_send_ttl_seconds?: number
}

export type Asking = { caller: Principal; idempotency_id: string | undefined }

export async function createTemplate(
  templates: Templates,
  wish: CreateWish,
  { caller, idempotency_id }: Asking,
): Promise<Template> {
  const account = await requireAccount(templates, caller, wish.waba_id)
  const found = checkDraft(wish)
  refuse([...found.issues, ...(await nameIssues(templates, account, wish))])
  const warnings = [...found.warnings, ...(await twinWarnings(templates, account, wish))]
  const components = await withHandles(templates, { caller, account }, wish.components)
  const { name, language, message_send_ttl_seconds } = wish
  const draft: NewTemplate = {
    ...{ name, language, category: wish.category.toUpperCase() },
    parameter_format: (wish.parameter_format ?? 'POSITIONAL').toUpperCase(),
    components,
    ...(message_send_ttl_seconds === undefined ? {} : { message_send_ttl_seconds }),
  }
  const id = await submit(templates, account, draft, idempotency_id)
  const template = await requireTemplateById(templates, caller.tenant_id, id)
  return warnings.length === 0 ? template : { ...template, warnings }
}

export function refuse(issues: Issue[]): void {
  const [first] = issues
  if (!first) return
  const more = issues.length - 1
  const message = more === 0 ? first.message : `${first.message} (And ${more} more in details.issues.)`
  fail('invalid_parameter', { param: first.param, message, details: { issues } })
}

/** The name in this language must be free, here and at Meta. */
async function nameIssues(
  templates: Templates,
  account: ConnectedAccount,
  { name, language }: CreateWish,
): Promise<Issue[]> {
  const row = await rowOfName(templates.db, account.id, name, language)
  if (row && row.removed_at === null) {
    const message = `There is a template "${name}" in ${language} already: edit it with PATCH /api/v1/whatsapp/templates/${row.id}, or choose another name.`
    return [{ param: 'name', message }]
  }
  const locked_until = row?.name_locked_until
  if (!locked_until || locked_until <= templates.clock.now()) return []
  const message = `"${name}" in ${language} was deleted; Meta keeps the name back for 30 days, until ${locked_until.toISOString()}. Choose another name.`
  return [{ param: 'name', message }]
}

async function twinWarnings(
  templates: Templates,
  account: ConnectedAccount,
  wish: CreateWish,
): Promise<Issue[]> {
  const { name, language, components } = wish
  const body = textOfPart(components, 'BODY')
  if (body === undefined) return []
  const draft = { name, language, body, footer: textOfPart(components, 'FOOTER') ?? '' }
  const twin = await twinOf(templates.db, account.id, draft)
  if (!twin) return []
  const message = `"${twin.name}" has the same body and footer; Meta rejects duplicates.`
  return [{ param: 'components', message }]
}

/** Where the answer was lost, it was created if Meta has it now. */
async function submit(
  templates: Templates,
  account: ConnectedAccount,
  draft: NewTemplate,
  idempotency_id: string | undefined,
): Promise<string> {
  const made = await templates.meta.createTemplate(account.token, account.waba_id, draft)
  if (!made.ok && made.kind !== 'unexpected') {
    return failAtMeta(templates, account.id, made, 'Creating the template')
  }
  const there = await readBack(templates, account, draft)
  const doing = 'Creating the template'
  const created = made.ok
    ? made.value
    : isAsWished(there, draft)
      ? there
      : await unsettled(failAtMeta(templates, account.id, made, doing))
  const category = there?.category ?? created.category ?? draft.category
  const row = {
    id: newId(),
    meta_template_id: created.meta_template_id,
    ...{ name: draft.name, language: draft.language, parameter_format: draft.parameter_format },
    ...{ status: there?.status ?? created.status, category },
    previous_category: category === draft.category ? null : draft.category,
    components: there?.components ?? asStored(draft.components),
    message_send_ttl_seconds: draft.message_send_ttl_seconds ?? null,
  }
  const [stored] = await changing(templates, account.id, tx =>
    insertTemplate(tx, account, row, idempotency_id, templates.clock.now()),
  )
  return stored?.id ?? row.id
}

/**
 * What became of a creation that was cut off: it was done if Meta has the template as it was wished for. A sync may have
 * stored it meanwhile, without the key.
 */
export async function recoverCreate(
  templates: Templates,
  wish: CreateWish,
  { caller, idempotency_id }: Asking & { idempotency_id: string },
): Promise<Recovered> {
  const { db, clock } = templates
  const row = await rowOfKey(db, caller.tenant_id, idempotency_id)
  if (row) return row.deleted ? { state: 'absent' } : done(templates, caller, row.id)
  const account = await requireAccount(templates, caller, wish.waba_id)
  const there = await readBack(templates, account, wish)
  if (!there || !isAsWished(there, wish)) return { state: 'absent' }
  await changing(templates, account.id, tx =>
    upsertTemplates(tx, account, [{ ...there, id: newId() }], clock.now()),
  )
  const stored = await rowOfName(db, account.id, wish.name, wish.language)
  if (!stored || stored.removed_at !== null) return { state: 'absent' }
  await keepKey(db, stored.id, idempotency_id)
  return done(templates, caller, stored.id)
}

async function done(templates: Templates, caller: Principal, id: string): Promise<Recovered> {
  const body = await requireTemplateById(templates, caller.tenant_id, id)
  return { state: 'done', reply: { status: 201, body } }
}
