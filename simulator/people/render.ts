// What a phone shows of a message that its own person wrote.

import { mediaKinds } from '../messages/checkMedia.ts'
import type { Json, Rendered } from '../world.ts'

/** `text` where the words are known from elsewhere. */
export function renderInbound(type: string, content: unknown, text = wordsOf(type, content)): Rendered {
  const body = text === undefined ? {} : { body: text }
  if (type === 'contacts') return { ...body, contacts: content as unknown[], buttons: [] }
  const hasHeader = type === 'location' || mediaKinds.includes(type)
  return { ...(hasHeader && { header: { type, [type]: content } }), ...body, buttons: [] }
}

function wordsOf(type: string, content: unknown): string | undefined {
  if (type === 'contacts') {
    return (content as { name?: Json }[]).map(one => String(one.name?.formatted_name ?? '')).join(', ')
  }
  const { body, caption, emoji, text } = (content ?? {}) as Json
  if (type === 'interactive') return wordsOfReply(content as Json)
  const words =
    { text: body, system: body, button: text, order: text, reaction: emoji ?? '' }[type] ?? caption
  return typeof words === 'string' ? words : undefined
}

function wordsOfReply(content: Json): string | undefined {
  const { body, response, title } = (content[String(content.type)] ?? {}) as Json
  const words = title ?? body ?? response
  return typeof words === 'string' ? words : undefined
}
