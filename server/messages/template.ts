// A template send, bound: the stored template must exist in that language, be approved, and get exactly its variables.

import type { SendableNumber } from '../accounts/room.ts'
import { bindFor } from '../templates/bindFor.ts'
import type { Messages } from './room.ts'

export type TemplateChoice = {
  template: string
  language: string
  components?: object[]
  variables?: Record<string, unknown>
}

export type BoundTemplate = { content: object; template: object | null }

/** `prefix` is where the choice stands in the body (`fallback.`), for the paths of the problems. */
export function bindTemplate(
  messages: Messages,
  number: SendableNumber,
  choice: TemplateChoice,
  prefix: string,
): Promise<BoundTemplate> {
  return bindFor(messages.templates, number, choice, prefix)
}
