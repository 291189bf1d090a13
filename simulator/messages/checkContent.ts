// Checks the content of a message that is not a template, and renders what the phone shows of it. Texts, locations and
// reactions are here, the larger kinds in files of their own.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import type { Json, Rendered } from '../world.ts'
import { checkContacts } from './checkContacts.ts'
import { checkInteractive } from './checkInteractive.ts'
import { checkMediaMessage } from './checkMedia.ts'
import {
  checkPart,
  degrees,
  flag,
  isObject,
  object,
  optional,
  type Scene,
  text,
  wrongValue,
} from './shapes.ts'

const TEXT_LIMIT = 4096

/** The object that stands under the name of the type, which every message must have. */
export function contentOf(body: Json, type: string): Json {
  const content = body[type]
  if (content === undefined || content === null) {
    throw new GraphError(131008, { details: `Parameter '${type}' is mandatory for type '${type}'` })
  }
  if (type === 'contacts' ? Array.isArray(content) : isObject(content)) return content as Json
  throw wrongParameter(`Param ${type} must be a JSON ${type === 'contacts' ? 'array' : 'object'}.`)
}

export function checkContent(type: string, content: Json, scene: Scene): Rendered {
  if (type === 'text') return checkText(content, scene)
  if (type === 'location') return checkLocation(content, scene)
  if (type === 'contacts') return checkContacts(content, scene)
  if (type === 'reaction') return checkReaction(content, scene)
  if (type === 'interactive') return checkInteractive(content, scene)
  return checkMediaMessage(type, content, scene)
}

const preview = object({ body: text(undefined, 0), preview_url: optional(flag) })

function checkText(content: Json, scene: Scene): Rendered {
  const { body } = content
  if (body === undefined || body === null || body === '')
    throw wrongParameter("The parameter text['body'] is required.")
  if (typeof body !== 'string') throw wrongParameter("Param text['body'] must be a string.")
  if (body.length > TEXT_LIMIT && [...body].length > TEXT_LIMIT) {
    throw wrongParameter(`Param text['body'] must be at most ${TEXT_LIMIT} characters long.`)
  }
  checkPart('text', content, preview, scene)
  return { body, buttons: [] }
}

const location = object({
  latitude: degrees(90),
  longitude: degrees(180),
  name: optional(text(undefined, 0)),
  address: optional(text(undefined, 0)),
})

function checkLocation(content: Json, scene: Scene): Rendered {
  checkPart('location', content, location, scene)
  const { latitude, longitude } = content
  const place = { ...content, latitude: Number(latitude), longitude: Number(longitude) }
  return { header: { type: 'location', location: place }, buttons: [] }
}

const reaction = object({ message_id: text(), emoji: text(undefined, 0) })

function checkReaction(content: Json, scene: Scene): Rendered {
  checkPart('reaction', content, reaction, scene)
  const emoji = String(content.emoji)
  if (emoji !== '' && !isEmoji(emoji)) throw wrongValue("reaction['emoji'] is not an emoji")
  return { body: emoji, buttons: [] }
}

/** One emoji that Unicode lists, or one that is newer or spelled with less than the list spells it with. */
function isEmoji(text: string): boolean {
  if (/^\p{RGI_Emoji}$/v.test(text)) return true
  const isDrawn = /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)+$/u.test(text)
  const hasPicture = /\p{Extended_Pictographic}/u.test(text)
  return isDrawn && hasPicture && text.length <= 40 && [...graphemes.segment(text)].length === 1
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
