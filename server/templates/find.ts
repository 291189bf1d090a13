// Finding templates: to be shown, and on the hot path to be sent.

import { DEFAULT_PAGE, decodeCursor, IdCursor, page } from '../http/paging.ts'
import { Failure, fail } from '../kit/errors.ts'
import { type Filters, listTemplates as queryList, templateById, templatesNamed } from './queries.ts'
import type { Templates } from './room.ts'
import { presentTemplate, type Template, type TemplateRow } from './schema.ts'
import { reasonOf, whyNotSendable } from './statuses.ts'

export type ListWish = Filters & { limit?: number; cursor?: string }

export async function listTemplates(
  templates: Templates,
  tenant_id: string,
  wish: ListWish,
): Promise<{ data: Template[]; next_cursor: string | null }> {
  const { limit, cursor, ...filters } = wish
  const after = decodeCursor(IdCursor, cursor)
  const rows = await queryList(templates.db, tenant_id, filters, { after, rows: (limit ?? DEFAULT_PAGE) + 1 })
  return page(rows, limit, row => row.id, presentTemplate)
}

export async function requireTemplateById(
  templates: Templates,
  tenant_id: string,
  id: string,
): Promise<Template> {
  return presentTemplate(await requireRow(templates, tenant_id, id))
}

/** Also one that vanished at Meta; not one that was deleted here. */
export async function requireRow(templates: Templates, tenant_id: string, id: string): Promise<TemplateRow> {
  return (await templateById(templates.db, tenant_id, id)) ?? fail('not_found')
}

/** Which template is meant: a name, and a language of it. */
export type TemplateName = { template: string; language: string }

export type FoundTemplate = {
  template: TemplateRow | undefined
  /** In which the name exists. */
  languages: string[]
  /** When it was deleted at Meta, or here, where it was. */
  removed_at: Date | null
}

/** The template in that language, and which languages there are. Remembered until its account's templates change. */
export async function findTemplate(
  templates: Templates,
  account_id: string,
  name: string,
  language: string,
): Promise<FoundTemplate> {
  const rows = await templates.named.get(`${account_id} ${name}`, async () => {
    const found = await templatesNamed(templates.db, account_id, name)
    return found.length === 0 ? undefined : found
  })
  const row = rows?.find(one => one.language === language)
  return {
    template: row?.removed_at === null ? row : undefined,
    languages: rows?.filter(one => one.removed_at === null).map(one => one.language) ?? [],
    removed_at: row?.removed_at ?? null,
  }
}

/** `reason` is why, in a word: missing, missing_language, deleted, in_review, rejected, paused, disabled, … */
export type Sendable =
  | { ok: true; template: TemplateRow }
  | { ok: false; reason: string; failure: Failure; template: TemplateRow | undefined }

/**
 * Whether a template can be sent from this account's numbers: it exists in that language, and Meta has approved it. An
 * answer costs no query while the account's templates stay as they are. `prefix` is where the choice stands in a body.
 */
export async function findSendable(
  templates: Templates,
  number: { account_id: string },
  choice: TemplateName,
  prefix = '',
): Promise<Sendable> {
  const found = await findTemplate(templates, number.account_id, choice.template, choice.language)
  const { template } = found
  if (!template) return { ok: false, ...notFound(choice, found, prefix), template }
  if (template.status === 'APPROVED') return { ok: true, template }
  const { id, name, language, status, rejected_reason, status_info } = template
  const reason = reasonOf(status)
  const failure = new Failure('template_not_approved', {
    param: `${prefix}template`,
    message: `The template "${name}" (${language}) ${whyNotSendable(template)}`,
    details: {
      ...{ reason, status, template_id: id, rejected_reason },
      ...(status_info === null ? {} : { status_info }),
      languages: found.languages,
    },
  })
  return { ok: false, reason, failure, template }
}

/** The template of a send; fails with template_not_found or template_not_approved. */
export async function requireTemplate(
  templates: Templates,
  number: { account_id: string },
  choice: TemplateName,
  prefix = '',
): Promise<TemplateRow> {
  const found = await findSendable(templates, number, choice, prefix)
  if (found.ok) return found.template
  throw found.failure
}

function notFound(
  { template: name, language }: TemplateName,
  { languages, removed_at }: FoundTemplate,
  prefix: string,
): { reason: string; failure: Failure } {
  const refuse = (reason: string, field: string, message: string, more = {}) => ({
    reason,
    failure: new Failure('template_not_found', {
      param: `${prefix}${field}`,
      message,
      details: { reason, languages, ...more },
    }),
  })
  const others = languages.length === 0 ? '' : ` It still exists in ${languages.join(', ')}.`
  if (removed_at !== null) {
    const when = removed_at.toISOString()
    const message = `The template "${name}" (${language}) was deleted (noticed at ${when}); use another one.${others}`
    return refuse('deleted', 'template', message, { removed_at: when })
  }
  if (languages.length === 0) {
    const message = `This WABA has no template "${name}"; create it, or POST /api/v1/whatsapp/templates/sync if it is new at Meta.`
    return refuse('missing', 'template', message)
  }
  const message = `The template "${name}" does not exist in the language "${language}"; it exists in ${languages.join(', ')}.`
  return refuse('missing_language', 'language', message)
}
