// The business has read a message, and may be typing an answer.

import { presentMessage } from '../control/present.ts'
import { GraphError, wrongParameter } from '../graph/errors.ts'
import { isObject } from '../templates/parameters.ts'
import type { Json, PhoneNumber, World } from '../world.ts'
import { checkProduct } from './checkEnvelope.ts'

const MONTH_MS = 30 * 24 * 3_600_000

/** Marks the message and all earlier ones of that chat. */
export function markRead(world: World, number: PhoneNumber, body: Json): Json {
  checkProduct(body)
  if (String(body.status).toLowerCase() !== 'read') {
    throw wrongParameter(`Param status must be one of {READ} - got "${String(body.status)}".`)
  }
  const { message_id, typing_indicator } = body
  if (typeof message_id !== 'string' || message_id === '')
    throw wrongParameter('The parameter message_id is required.')
  if (typing_indicator !== undefined && !(isObject(typing_indicator) && typing_indicator.type === 'text')) {
    throw wrongParameter("Param typing_indicator['type'] must be one of {TEXT}.")
  }
  const target = world.messages.get(message_id)
  const now = world.clock.now()
  const isOurs = target?.phone_number_id === number.id && target.direction === 'from_user'
  if (!target || !isOurs || now - target.timestamp > MONTH_MS) {
    throw new GraphError(131009, { details: 'Invalid message id' })
  }
  for (const message of world.messages.ofUser(target.user)) {
    const isUnread = message.direction === 'from_user' && message.status !== 'read'
    if (!isUnread || message.phone_number_id !== number.id || message.seq > target.seq) continue
    message.status = 'read'
    message.statuses.push({ status: 'read', timestamp: now })
    world.emit('message', () => presentMessage(message))
  }
  if (typing_indicator !== undefined) {
    const typing = { phone_number_id: number.id, user: target.user, message_id, expires_in: 25 }
    world.emit('typing', () => typing)
  }
  return { success: true }
}
