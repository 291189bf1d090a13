// An emoji put on a message that the contact wrote, or taken off it again. Whether that message can take one is looked up
// in resolveReaction.ts.

import { type Static, Type } from 'typebox'
import type { Issue } from '../../kit/errors.ts'
import { type Kind, noMedia } from './kind.ts'
import { textAt } from './look.ts'

const fields = {
  message_id: Type.String({
    minLength: 1,
    description:
      'The message to react to: our id or a wamid. One that this contact wrote, at most 30 days old.',
  }),
  emoji: Type.String({ description: 'One emoji. The empty string takes the reaction off again.' }),
}

const Fields = Type.Object(fields)

export const reaction: Kind<Static<typeof Fields>> = {
  fields,
  rules(body): Issue[] {
    const emoji = textAt(body, 'emoji')
    if (emoji === undefined || emoji === '' || isEmoji(emoji)) return []
    return [{ param: 'emoji', message: '`emoji` must be one single emoji, or "" to take the reaction off.' }]
  },
  wire: ({ message_id, emoji }) => ({ type: 'reaction', content: { message_id, emoji } }),
  media: noMedia,
}

const RECOMMENDED = /^\p{RGI_Emoji}$/v
/** Keyboards leave out variation selectors, and newer emoji exist than this program's Unicode tables know. */
const PICTOGRAPHIC =
  /^(?=.*\p{Extended_Pictographic})(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)+$/u
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function isEmoji(text: string): boolean {
  if (RECOMMENDED.test(text)) return true
  if (text.length > 40 || !PICTOGRAPHIC.test(text)) return false
  return [...graphemes.segment(text)].length === 1
}
