// Creates a template: checked against everything that Meta documents and that is known of the account, with all problems
// at once; then submitted, and stored as Meta took it.

import type { ConnectedAccount } from '../accounts/room.ts'
import type { Principal, Recovered } from '../http/route.ts'
import { type Failure, fail, type Issue } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import type { NewTemplate, TemplateInfo } from '../meta/templates.ts'
import { failAtMeta, requireAccount } from './accountOf.ts'
import { insertTemplate, rowOfKey, rowOfName, twinOf } from './changeQueries.ts'
import { requireTemplateById } from './find.ts'
import { forgetTemplates } from './forget.ts'
import { withHandles } from './headerMedia.ts'
import { announce, upsertTemplates } from './queries.ts'
import type { Templates } from './room.ts'
import { checkDraft } from './rules/check.ts'
import type { Template } from './schema.ts'
import { asStored, textOfPart } from './stored.ts'

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
  found.issues.push(...(await nameIssues(templates, account, wish)))
  refuse(found.issues)
  const warnings = [...found.warnings, ...(await twinWarnings(templates, account, wish))]
  const components = await withHandles(templates, { caller, account }, wish.components)
  const draft: NewTemplate = {
    name: wish.name,
    language: wish.language,
    category: wish.category.toUpperCase(),
    parameter_format: (wish.parameter_format ?? 'POSITIONAL').toUpperCase(),
    components,
    ...(wish.message_send_ttl_seconds === undefined
      ? {}
      : { message_send_ttl_seconds: wish.message_send_ttl_seconds }),
  }
  const id = await submit(templates, account, draft, idempotency_id)
  const template = await requireTemplateById(templates, caller.tenant_id, id)
  return warnings.length === 0 ? template : { ...template, warnings }
}

export function refuse(issues: Issue[]): void {
  const [first] = issues
  if (!first) return
  const message =
    issues.length === 1 ? first.message : `${first.message} There are ${issues.length - 1} more problems.`
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

async function submit(
  templates: Templates,
  account: ConnectedAccount,
  draft: NewTemplate,
  idempotency_id: string | undefined,
): Promise<string> {
  const { meta, clock } = templates
  const made = await meta.createTemplate(account.token, account.waba_id, draft)
  if (!made.ok && made.kind !== 'unexpected') {
    return failAtMeta(templates, account.id, made, 'Creating the template')
  }
  const there = await readBack(templates, account, draft)
  // The answer was lost: it was created if Meta has it now.
  if (!made.ok && !there) {
    await failAtMeta(templates, account.id, made, 'Creating the template').catch((failure: Failure) => {
      fail(failure.code, { ...failure.options, message: failure.message, unsettled: true })
    })
  }
  const status = there?.status ?? (made.ok ? made.value.status : 'PENDING')
  const category = there?.category ?? (made.ok ? made.value.category : null) ?? draft.category
  const id = await insertTemplate(
    templates.db,
    account,
    {
      id: newId(),
      meta_template_id: there?.meta_template_id ?? (made.ok ? made.value.meta_template_id : ''),
      ...{ name: draft.name, language: draft.language, parameter_format: draft.parameter_format },
      ...{ status, category },
      previous_category: category === draft.category ? null : draft.category,
      components: there?.components ?? asStored(draft.components),
      message_send_ttl_seconds: draft.message_send_ttl_seconds ?? null,
    },
    idempotency_id,
    clock.now(),
  )
  await changed(templates, account.id)
  return id
}

/** As Meta has it: with the fixed texts, and its own links to the examples. Not essential, so it may fail. */
export async function readBack(
  templates: Templates,
  account: ConnectedAccount,
  { name, language }: { name: string; language: string },
): Promise<TemplateInfo | undefined> {
  const found = await templates.meta.templatesNamed(account.token, account.waba_id, name)
  return found.ok ? found.value.find(template => template.language === language) : undefined
}

export async function changed(templates: Templates, account_id: string): Promise<void> {
  forgetTemplates(templates, account_id)
  await announce(templates.db, account_id)
}

/** What became of a creation that was cut off. Nobody else makes this name between the two calls, or Meta would say so. */
export async function recoverCreate(
  templates: Templates,
  wish: CreateWish,
  asking: Asking & { idempotency_id: string },
): Promise<Recovered> {
  const { caller, idempotency_id } = asking
  const row = await rowOfKey(templates.db, caller.tenant_id, idempotency_id)
  if (row) return done(templates, caller, row.id)
  const account = await requireAccount(templates, caller, wish.waba_id)
  const before = await rowOfName(templates.db, account.id, wish.name, wish.language)
  if (before && before.removed_at === null) return { state: 'absent' }
  const there = await readBack(templates, account, wish)
  if (!there) return { state: 'absent' }
  await upsertTemplates(templates.db, account, [{ ...there, id: newId() }], templates.clock.now())
  await changed(templates, account.id)
  const stored = await rowOfName(templates.db, account.id, wish.name, wish.language)
  return stored ? done(templates, caller, stored.id) : { state: 'absent' }
}

async function done(templates: Templates, caller: Principal, id: string): Promise<Recovered> {
  const body = await requireTemplateById(templates, caller.tenant_id, id)
  return { state: 'done', reply: { status: 201, body } }
}
