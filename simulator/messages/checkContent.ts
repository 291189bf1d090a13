// Checks the content of a message that is not a template, and renders what the phone shows of it.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import { checkMedia, isObject } from '../templates/parameters.ts'
import type { Json, Rendered } from '../world.ts'
import { checkInteractive } from './checkInteractive.ts'

const TEXT_LIMIT = 4096
const CAPTION_LIMIT = 1024
const CONTACTS_LIMIT = 257

/** The object that stands under the name of the type, which every message must have. */
export function contentOf(body: Json, type: string): Json {
  const content = body[type]
  if (content === undefined || content === null) {
    throw new GraphError(131008, { details: `Parameter '${type}' is mandatory for type '${type}'` })
  }
  if (type === 'contacts' ? Array.isArray(content) : isObject(content)) return content as Json
  throw wrongParameter(`Param ${type} must be a JSON ${type === 'contacts' ? 'array' : 'object'}.`)
}

export function checkContent(type: string, content: Json): Rendered {
  if (type === 'text') return checkText(content)
  if (type === 'location') return checkLocation(content)
  if (type === 'contacts') return checkContacts(content)
  if (type === 'reaction') return checkReaction(content)
  if (type === 'interactive') return checkInteractive(content)
  return checkMediaMessage(type, content)
}

function checkText(content: Json): Rendered {
  const { body, preview_url } = content
  if (body === undefined || body === null || body === '')
    throw wrongParameter("The parameter text['body'] is required.")
  if (typeof body !== 'string') throw wrongParameter("Param text['body'] must be a string.")
  if (body.trim() === '') throw wrongParameter("Param text['body'] must not be empty.")
  atMost("text['body']", body, TEXT_LIMIT)
  if (preview_url !== undefined && ![true, false, 'true', 'false'].includes(preview_url as boolean)) {
    throw wrongParameter("Param text['preview_url'] must be a boolean.")
  }
  return { body, buttons: [] }
}

function atMost(name: string, value: unknown, most: number) {
  if (value === undefined) return
  if (typeof value !== 'string') throw wrongParameter(`Param ${name} must be a string.`)
  if (value.length > most && [...value].length > most) {
    throw wrongParameter(`Param ${name} must be at most ${most} characters long.`)
  }
}

function checkMediaMessage(type: string, content: Json): Rendered {
  checkMedia(type, content)
  const { caption } = content
  if (caption !== undefined && (type === 'audio' || type === 'sticker')) {
    throw wrongParameter(`Unexpected key "caption" on param "${type}".`)
  }
  atMost(`${type}['caption']`, caption, CAPTION_LIMIT)
  return {
    header: { type, [type]: content },
    ...(typeof caption === 'string' && { body: caption }),
    buttons: [],
  }
}

function checkLocation(content: Json): Rendered {
  for (const [name, most] of [
    ['latitude', 90],
    ['longitude', 180],
  ] as const) {
    const value = content[name]
    if (value === undefined || value === null || value === '') {
      throw new GraphError(131008, { details: `Parameter '${name}' is mandatory for type 'location'` })
    }
    if (!(Math.abs(Number(value)) <= most)) {
      throw new GraphError(131009, { details: `Parameter '${name}' is not a valid ${name}.` })
    }
  }
  return { header: { type: 'location', location: content }, buttons: [] }
}

function checkContacts(content: unknown): Rendered {
  const contacts = content as unknown[]
  if (contacts.length === 0 || contacts.length > CONTACTS_LIMIT) {
    throw new GraphError(131009, { details: `contacts must hold 1 to ${CONTACTS_LIMIT} contacts` })
  }
  const names = contacts.map((contact, at) => {
    const name = isObject(contact) && isObject(contact.name) ? contact.name.formatted_name : undefined
    if (typeof name === 'string' && name !== '') return name
    throw wrongParameter(`The parameter contacts[${at}]['name']['formatted_name'] is required.`)
  })
  return { body: names.join(', '), buttons: [] }
}

function checkReaction(content: Json): Rendered {
  const { message_id, emoji } = content
  if (typeof message_id !== 'string' || message_id === '') {
    throw wrongParameter("The parameter reaction['message_id'] is required.")
  }
  if (typeof emoji !== 'string') throw wrongParameter("The parameter reaction['emoji'] is required.")
  if (emoji.length > 40 || /[a-z0-9\s]/i.test(emoji.replace(/^[0-9#*](?=\ufe0f?\u20e3)/, ''))) {
    throw new GraphError(131009, { details: 'The reaction is not an emoji.' })
  }
  return { body: emoji, buttons: [] }
}
