// Finding templates: to be shown, and on the hot path to be sent.

import { DEFAULT_PAGE, decodeCursor, IdCursor, page } from '../http/paging.ts'
import { fail } from '../kit/errors.ts'
import { type Filters, listTemplates as queryList, templateById, templatesNamed } from './queries.ts'
import type { Templates } from './room.ts'
import { presentTemplate, type Template, type TemplateRow } from './schema.ts'
import { whyNotSendable } from './statuses.ts'

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

export async function requireRow(templates: Templates, tenant_id: string, id: string): Promise<TemplateRow> {
  return (await templateById(templates.db, tenant_id, id)) ?? fail('not_found')
}

export type FoundTemplate = { template: TemplateRow | undefined; languages: string[] }

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
  return {
    template: rows?.find(row => row.language === language),
    languages: rows?.map(row => row.language) ?? [],
  }
}

/** The template of a send: it must exist in that language and be approved. `prefix` is where the choice stands in the body. */
export async function requireTemplate(
  templates: Templates,
  number: { account_id: string },
  choice: { template: string; language: string },
  prefix = '',
): Promise<TemplateRow> {
  const { template: name, language } = choice
  const { template, languages } = await findTemplate(templates, number.account_id, name, language)
  if (!template) notFound(name, language, languages, prefix)
  if (template.status === 'APPROVED') return template
  const { id, status, rejected_reason, status_info } = template
  return fail('template_not_approved', {
    param: `${prefix}template`,
    message: `The template "${name}" (${language}) ${whyNotSendable(template)}`,
    details: { status, template_id: id, rejected_reason, ...(status_info === null ? {} : { status_info }) },
  })
}

function notFound(name: string, language: string, languages: string[], prefix: string): never {
  if (languages.length === 0) {
    fail('template_not_found', {
      param: `${prefix}template`,
      message: `This WABA has no template "${name}"; create it, or POST /api/v1/whatsapp/templates/sync if it is new at Meta.`,
      details: { languages },
    })
  }
  fail('template_not_found', {
    param: `${prefix}language`,
    message: `The template "${name}" does not exist in the language "${language}"; it exists in ${languages.join(', ')}.`,
    details: { languages },
  })
}
