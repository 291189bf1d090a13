// Checks the content of a message that is not a template, and renders what the phone shows of it. Texts, locations and
// reactions are here, the larger kinds in files of their own.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import type { Json, Rendered } from '../world.ts'
import { checkContacts } from './checkContacts.ts'
import { checkInteractive } from './checkInteractive.ts'
import { checkMediaMessage } from './checkMedia.ts'
import { checkPart, isObject, number, object, optional, type Scene, text, wrongValue } from './shapes.ts'

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
  if (type === 'text') return checkText(content)
  if (type === 'location') return checkLocation(content, scene)
  if (type === 'contacts') return checkContacts(content, scene)
  if (type === 'reaction') return checkReaction(content, scene)
  if (type === 'interactive') return checkInteractive(content, scene)
  return checkMediaMessage(type, content, scene)
}

function checkText(content: Json): Rendered {
  const { body, preview_url } = content
  if (body === undefined || body === null || body === '')
    throw wrongParameter("The parameter text['body'] is required.")
  if (typeof body !== 'string') throw wrongParameter("Param text['body'] must be a string.")
  if (body.trim() === '') throw wrongParameter("Param text['body'] must not be empty.")
  if (body.length > TEXT_LIMIT && [...body].length > TEXT_LIMIT) {
    throw wrongParameter(`Param text['body'] must be at most ${TEXT_LIMIT} characters long.`)
  }
  if (preview_url !== undefined && ![true, false, 'true', 'false'].includes(preview_url as boolean)) {
    throw wrongParameter("Param text['preview_url'] must be a boolean.")
  }
  return { body, buttons: [] }
}

const location = object({
  latitude: number(-90, 90),
  longitude: number(-180, 180),
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
  if (emoji.length > 40 || /[a-z0-9\s]/i.test(emoji.replace(/^[0-9#*](?=\ufe0f?\u20e3)/, ''))) {
    throw wrongValue("reaction['emoji'] is not an emoji")
  }
  return { body: emoji, buttons: [] }
}
