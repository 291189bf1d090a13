// The control calls about messages: listing them, writing as a person, tapping, reacting, and forcing a status.

import type { FastifyRequest } from 'fastify'
import { isKnownCode } from '../graph/errors.ts'
import type { Filter } from '../messages/store.ts'
import { report } from '../people/deliver.ts'
import { react, tap, type Writing, write } from '../people/write.ts'
import { isObject } from '../templates/parameters.ts'
import type { Json, Message, World } from '../world.ts'
import {
  bodyOf,
  keyOf,
  limitOf,
  messageOf,
  numberOf,
  oneOf,
  personOf,
  queryOf,
  textIn,
  wrong,
} from './answer.ts'
import { completeMedia } from './media.ts'
import { presentMessage } from './present.ts'
import type { Reply } from './routes.ts'

const DIRECTIONS = ['to_user', 'from_user'] as const
const STATUSES = ['sent', 'delivered', 'read', 'failed'] as const
const WRITTEN_TYPES = [
  ...[
    'text',
    'image',
    'video',
    'audio',
    'document',
    'sticker',
    'location',
    'contacts',
    'interactive',
    'button',
  ],
  ...['reaction', 'order', 'system', 'unsupported', 'request_welcome', 'edit', 'revoke'],
]

export function listMessages(world: World, request: FastifyRequest): Reply {
  const { phone_number_id, user, callback_data, after } = queryOf(request)
  const direction = oneOf(queryOf(request) as Json, 'direction', DIRECTIONS)
  const filter: Filter = {
    ...(phone_number_id !== undefined && { phone_number_id }),
    ...(user !== undefined && { user: world.user_ids.get(user) ?? keyOf(user) }),
    ...(callback_data !== undefined && { callback_data }),
    ...(direction !== undefined && { direction }),
  }
  const start = after === undefined ? undefined : messageOf(world, after)
  const { total, data } = world.messages.list(filter, limitOf(request, 500), start)
  return { body: { total, data: data.map(presentMessage) } }
}

export function writeMessage(world: World, request: FastifyRequest): Reply {
  const body = bodyOf(request)
  const number = numberOf(world, textIn(body, 'phone_number_id'))
  if (!number.registered)
    throw wrong(`The number ${number.display_phone_number} is not registered; nobody can write to it.`)
  const writing = writingOf(world, body)
  const user = personOf(world, textIn(body, 'user'))
  return { status: 201, body: presentMessage(write(world, number, user, writing)) }
}

function writingOf(world: World, body: Json): Writing {
  const replyTo = textIn(body, 'reply_to')
  const { referral } = body
  if (referral !== undefined && !isObject(referral))
    throw wrong('referral must be an object, as Meta sends it.')
  const quoted = replyTo === undefined ? undefined : messageOf(world, replyTo)
  return { ...contentOf(world, body), quoted, referral: referral as Json | undefined }
}

function contentOf(world: World, body: Json): Pick<Writing, 'type' | 'content'> & { text?: string } {
  const type = textIn(body, 'type') ?? 'text'
  if (!WRITTEN_TYPES.includes(type)) throw wrong(`type must be one of ${WRITTEN_TYPES.join(', ')}.`)
  const given = body[type]
  if (type === 'text') {
    const text = isObject(given) ? given.body : given
    if (typeof text !== 'string' || text === '') throw wrong('Send text: what the person writes.')
    return { type, content: { body: text }, text }
  }
  if (type === 'request_welcome') return { type, content: undefined }
  if (type === 'contacts' ? !Array.isArray(given) : !isObject(given)) {
    throw wrong(
      `Send ${type}: the ${type === 'contacts' ? 'list' : 'object'} that Meta's webhook would carry.`,
    )
  }
  if (!isObject(given)) return { type, content: given }
  const caption = typeof given.caption === 'string' ? { text: given.caption } : {}
  return { type, content: completeMedia(world, type, given), ...caption }
}

export function tapOn(world: World, id: string, body: Json): Reply {
  const message = ourMessage(world, id)
  const { buttons } = message.rendered
  const buttonId = textIn(body, 'id')
  const at = buttonId === undefined ? body.index : buttons.findIndex(button => button.id === buttonId)
  if (typeof at !== 'number' || !Number.isInteger(at)) throw wrong('Send index (from 0) or id of the button.')
  if (at < 0) throw wrong(`The message has no button with the id ${buttonId ?? at}.`)
  const answer = tap(world, message, at)
  if (typeof answer === 'string') throw wrong(answer)
  return { status: 201, body: presentMessage(answer) }
}

export function reactTo(world: World, id: string, body: Json): Reply {
  const emoji = textIn(body, 'emoji')
  if (emoji === undefined) throw wrong('Send emoji; an empty one takes the reaction away.')
  return { status: 201, body: presentMessage(react(world, ourMessage(world, id), emoji)) }
}

export function forceStatus(world: World, id: string, body: Json): Reply {
  const message = ourMessage(world, id)
  const status = oneOf(body, 'status', STATUSES)
  if (status === undefined) throw wrong(`Send status: ${STATUSES.join(', ')}.`)
  const { code } = body
  if (code !== undefined && !(typeof code === 'number' && isKnownCode(code))) {
    throw wrong(`code must be one of Meta's error codes, such as 131026.`)
  }
  report(world, message, status, code as number | undefined, true)
  return { body: presentMessage(message) }
}

function ourMessage(world: World, id: string): Message {
  const message = messageOf(world, id)
  if (message.direction === 'to_user') return message
  throw wrong('That message was written by the person; only messages of the business can be answered so.')
}
