// A template send, bound: the stored template must exist in that language, be approved, and get exactly its variables; files
// in its headers must be there, and of the right kind.

import type { SendableNumber } from '../accounts/room.ts'
import { fail } from '../kit/errors.ts'
import { bind } from '../templates/bind.ts'
import { requireTemplate } from '../templates/find.ts'
import { checkMedia } from './kinds/checkMedia.ts'
import { templateMedia } from './kinds/templateMedia.ts'
import type { Messages } from './room.ts'

export type TemplateChoice = {
  template: string
  language: string
  components?: object[]
  variables?: Record<string, unknown>
}

export type BoundTemplate = { content: object; template: object | null }

/** `prefix` is where the choice stands in the body (`fallback.`), for the paths of the problems. */
export async function bindTemplate(
  messages: Messages,
  number: SendableNumber,
  choice: TemplateChoice,
  prefix: string,
): Promise<BoundTemplate> {
  const template = await requireTemplate(messages.templates, number, choice, prefix)
  const bound = bind(template, choice)
  if (!bound.ok) {
    const issues = bound.issues.map(issue => ({ ...issue, param: prefix + issue.param }))
    const first = issues[0]
    fail('template_parameters_mismatch', { ...(first ? { param: first.param } : {}), details: { issues } })
  }
  await checkMedia(messages.checkMedia, number, templateMedia(choice, bound.components, prefix))
  const { name, language } = template
  return {
    content: {
      name,
      language: { code: language },
      ...(bound.components.length === 0 ? {} : { components: bound.components }),
    },
    template: { id: template.id, name, language, category: template.category },
  }
}
