// A template send, bound: the stored template must exist in that language, be approved, and get exactly its variables; files
// in its headers must be there, and of the right kind.

import type { SendableNumber } from '../accounts/room.ts'
import type { MetaComponent } from '../templates/bind.ts'
import { bindFor } from '../templates/bindFor.ts'
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
  const bound = await bindFor(messages.templates, number, choice, prefix)
  const { components = [] } = bound.content
  await checkMedia(messages.checkMedia, number, templateMedia(choice, components, prefix))
  return bound
}

/** What a message row holds of a template send: the wire's object, and which template it was. */
export function boundContent(
  template: { id: string; name: string; language: string; category: string },
  components: MetaComponent[],
): BoundTemplate {
  const { id, name, language, category } = template
  return {
    content: {
      name,
      language: { code: language },
      ...(components.length === 0 ? {} : { components }),
    },
    template: { id, name, language, category },
  }
}
