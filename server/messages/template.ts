// A template send, bound: the stored template must exist in that language, be approved, and get exactly its variables; files
// in its headers must be there, and of the right kind; and a login code goes to phone numbers only.

import type { SendableNumber } from '../accounts/room.ts'
import { fail } from '../kit/errors.ts'
import type { Address } from '../kit/phone.ts'
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

type Send = { number: SendableNumber; address: Address }

/** `prefix` is where the choice stands in the body (`fallback.`), for the paths of the problems. */
export async function bindTemplate(
  messages: Messages,
  { number, address }: Send,
  choice: TemplateChoice,
  prefix: string,
): Promise<BoundTemplate> {
  const bound = await bindFor(messages.templates, number, choice, prefix)
  if (address.kind === 'user_id' && bound.template.category === 'AUTHENTICATION') {
    const message =
      'Authentication templates go to phone numbers only, and `to` is a user id: ask for the number with a `request_contact_info` message.'
    fail('invalid_parameter', { param: 'to', message, details: { issues: [{ param: 'to', message }] } })
  }
  const { components = [] } = bound.content
  await checkMedia(messages.checkMedia, number, templateMedia(choice, components, prefix))
  return bound
}
