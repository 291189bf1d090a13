// What a message says, by its kind: Meta's object with the parts that are known, each of the right type. What is not
// understood becomes `unsupported`, with Meta's own words beside it.

import { storable } from '../../kit/text.ts'
import { compact, metaId, pick, record, records, type Shape, text } from './shapes.ts'

export type Said = { type: string; content: unknown }

/** Answers undefined where the object is not what this kind needs. */
type Reader = (body: unknown, message: Shape) => unknown

/** Meta's `url` is left out: it is good for five minutes, and asked for when the file is. */
const media: Reader = body => {
  const found = pickMedia(body)
  return metaId(found.id) === undefined ? undefined : found
}

const readers: Record<string, Reader> = {
  text: body => needs(pick(body, { body: 'string' }), 'body'),
  image: media,
  video: media,
  audio: media,
  document: media,
  sticker: media,
  location: body =>
    needs(
      pick(body, {
        latitude: 'number',
        longitude: 'number',
        name: 'string',
        address: 'string',
        url: 'string',
      }),
      'latitude',
      'longitude',
    ),
  contacts: readCards,
  button: body => someOf(pick(body, { payload: 'string', text: 'string' })),
  interactive: readReply,
  reaction: readReaction,
  order: body => {
    const found = compact({
      ...pick(body, { catalog_id: 'string', text: 'string' }),
      product_items: records(record(body)?.product_items),
    })
    return record(body) && found
  },
  system: (body, message) =>
    record(body) &&
    compact({
      ...pick(body, {
        ...{ body: 'string', type: 'string', wa_id: 'string', new_wa_id: 'string' },
        ...{ user_id: 'string', parent_user_id: 'string', identity: 'string' },
      }),
      ...(record(message.identity) && { identity: record(message.identity) }),
    }),
  request_welcome: () => ({}),
  unsupported: body => pick(body, { type: 'string' }),
}

/** `media_placeholder` stands in histories for media that come later; nowhere else. */
export function say(message: Shape, { history = false } = {}): Said {
  const type = text(message.type, 64) ?? 'unsupported'
  if (history && type === 'media_placeholder') return { type, content: {} }
  const group_id = metaId(message.group_id)
  if (group_id !== undefined) return { type: 'unsupported', content: { type, group_id, raw: message } }
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined
  const content = read?.(Object.hasOwn(message, type) ? message[type] : undefined, message)
  return content === undefined ? { type: 'unsupported', content: { type, raw: message } } : { type, content }
}

/** What a message of media carries, for whoever looks after the files. */
export function mediaOf({ type, content }: Said): Shape | undefined {
  return isMedia(type) ? record(content) : undefined
}

/** What an edit made of a message: of a file perhaps only the caption. */
export function sayEdited(message: Shape): unknown {
  const type = text(message.type, 64) ?? ''
  return isMedia(type) ? pickMedia(message[type]) : say(message).content
}

function isMedia(type: string): boolean {
  return Object.hasOwn(readers, type) && readers[type] === media
}

function pickMedia(body: unknown): Shape {
  return pick(body, {
    ...{ id: 'string', mime_type: 'string', sha256: 'string', caption: 'string', filename: 'string' },
    ...{ voice: 'boolean', animated: 'boolean' },
  })
}

function needs(found: Shape, ...names: string[]): Shape | undefined {
  return names.every(name => name in found) ? found : undefined
}

function someOf(found: Shape): Shape | undefined {
  return Object.keys(found).length > 0 ? found : undefined
}

/** `origin` (contact_request or other) stands on the message or on the first card. */
function readCards(body: unknown, message: Shape): unknown {
  if (!Array.isArray(body)) return undefined
  const origin = text(message.origin, 64)
  return records(body).map(card => (origin === undefined || 'origin' in card ? card : { ...card, origin }))
}

function readReply(body: unknown): unknown {
  const type = text(record(body)?.type, 64)
  const reply = type === undefined ? undefined : record(record(body)?.[type])
  if (type === undefined || reply === undefined) return undefined
  return { type, [type]: type === 'nfm_reply' ? { ...reply, response: parse(reply.response_json) } : reply }
}

/** The answers of a form come as a text of JSON. Null where it is none. */
function parse(json: unknown): unknown {
  if (typeof json !== 'string') return null
  try {
    const value: unknown = JSON.parse(json)
    return depthOf(value) > 32 ? null : storable(value)
  } catch {
    return null
  }
}

/** Counts no further than 33. */
function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > 32) return depth
  return Object.values(value).reduce<number>((most, part) => Math.max(most, depthOf(part, depth + 1)), depth)
}

/** No emoji: the reaction was taken back. */
function readReaction(body: unknown): unknown {
  const message_id = metaId(record(body)?.message_id)
  return message_id && { message_id, emoji: text(record(body)?.emoji, 64) ?? null }
}
