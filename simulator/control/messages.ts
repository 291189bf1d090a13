// The control calls about messages that exist: listing them, tapping, reacting, and forcing a status.

import type { FastifyRequest } from 'fastify'
import { isKnownCode } from '../graph/errors.ts'
import { isObject } from '../messages/shapes.ts'
import type { Filter } from '../messages/store.ts'
import { report } from '../people/deliver.ts'
import { tap } from '../people/tap.ts'
import { react } from '../people/write.ts'
import type { Json, Message, World } from '../world.ts'
import { keyOf, limitOf, messageOf, oneOf, queryOf, textIn, wrong } from './answer.ts'
import { presentMessage } from './present.ts'
import type { Reply } from './routes.ts'

const DIRECTIONS = ['to_user', 'from_user'] as const
const STATUSES = ['sent', 'delivered', 'read', 'played', 'failed'] as const

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

export function tapOn(world: World, id: string, body: Json): Reply {
  const message = ourMessage(world, id)
  const buttonId = textIn(body, 'id')
  const { card, index, values = {} } = body
  if (buttonId === undefined && !isPosition(index)) throw wrong('Send index (from 0) or id of the button.')
  if (card !== undefined && !isPosition(card)) throw wrong('card must be the position of a card, from 0.')
  if (!isObject(values)) throw wrong('values must be an object with what was filled in.')
  const answer = tap(world, message, {
    values,
    ...(buttonId === undefined ? { index: index as number } : { id: buttonId }),
    ...(card !== undefined && { card: card as number }),
  })
  if (typeof answer === 'string') throw wrong(answer)
  return { status: 201, body: presentMessage(answer) }
}

const isPosition = (value: unknown) => Number.isInteger(value) && (value as number) >= 0

export function reactTo(world: World, id: string, body: Json): Reply {
  const emoji = textIn(body, 'emoji')
  if (emoji === undefined) throw wrong('Send emoji; an empty one takes the reaction away.')
  return { status: 201, body: presentMessage(react(world, ourMessage(world, id), emoji)) }
}

export function forceStatus(world: World, id: string, body: Json): Reply {
  const message = ourMessage(world, id)
  const status = oneOf(body, 'status', STATUSES)
  if (status === undefined) throw wrong(`Send status: ${STATUSES.join(', ')}.`)
  if (status === 'played' && !isVoice(message))
    throw wrong('Only a voice message (audio with voice: true) is played.')
  const { code } = body
  if (code !== undefined && !(typeof code === 'number' && isKnownCode(code))) {
    throw wrong(`code must be one of Meta's error codes, such as 131026.`)
  }
  report(world, message, status, code as number | undefined, true)
  return { body: presentMessage(message) }
}

const isVoice = ({ content, type }: Message) =>
  type === 'audio' && [true, 'true'].includes((content as { voice?: boolean | 'true' }).voice ?? false)

function ourMessage(world: World, id: string): Message {
  const message = messageOf(world, id)
  if (message.direction === 'to_user') return message
  throw wrong('That message was written by the person; only messages of the business can be answered so.')
}
