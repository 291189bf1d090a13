// The one way from "this template with these values" to what is sent: single sends, fallbacks, campaigns and bots all
// take it. Whoever sends one template to many looks it up once (`findSendable`) and fills it in for each (`fillIn`);
// neither asks the database anew while the account's templates stay as they are.

import { fail, type Issue } from '../kit/errors.ts'
import { bind, type Choice, type MetaComponent } from './bind.ts'
import { requireTemplate, type TemplateName } from './find.ts'
import type { Templates } from './room.ts'
import type { TemplateRow } from './schema.ts'

/** What a send of a template says: its name and language, and the values in one of two forms. */
export type TemplateChoice = TemplateName & Choice

/** `content` is Meta's `template` object; `template` is what is kept of it with the message. */
export type BoundTemplate = {
  content: { name: string; language: { code: string }; components?: MetaComponent[] }
  template: { id: string; name: string; language: string; category: string }
}

export type Filled = { ok: true; bound: BoundTemplate } | { ok: false; issues: Issue[] }

/** Fails with template_not_found, template_not_approved or template_parameters_mismatch. `prefix`: as in `fallback.`. */
export async function bindFor(
  templates: Templates,
  number: { account_id: string },
  choice: TemplateChoice,
  prefix = '',
): Promise<BoundTemplate> {
  const filled = fillIn(await requireTemplate(templates, number, choice, prefix), choice)
  if (filled.ok) return filled.bound
  return refuseValues(filled.issues, prefix)
}

/** Pure. The issues name their places in the choice. */
export function fillIn(row: TemplateRow, choice: Choice): Filled {
  const bound = bind(row, choice)
  if (!bound.ok) return bound
  const { id, name, language, category } = row
  const components = bound.components.length === 0 ? {} : { components: bound.components }
  return {
    ok: true,
    bound: {
      content: { name, language: { code: language }, ...components },
      template: { id, name, language, category },
    },
  }
}

export function refuseValues(found: Issue[], prefix = ''): never {
  const issues = found.map(issue => ({ ...issue, param: prefix + issue.param }))
  const [first] = issues
  return fail('template_parameters_mismatch', {
    ...(first ? { param: first.param } : {}),
    details: { issues },
  })
}
