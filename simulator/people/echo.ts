// The business writes to somebody from the WhatsApp Business app: the API hears of it as an echo.

import { presentMessage } from '../control/present.ts'
import { makeWamid } from '../ids.ts'
import type { Update } from '../webhooks/combine.ts'
import { composeUpdate, contactOf, secondsOf } from '../webhooks/compose.ts'
import { digitsOf, type Message, type PhoneNumber, type User, type World } from '../world.ts'
import { renderInbound } from './render.ts'

export function echo(world: World, number: PhoneNumber, user: User, type: string, content: unknown): Update {
  const timestamp = world.clock.now()
  const message: Message = {
    id: makeWamid(user.wa_id ?? user.user_id, 'to_user'),
    seq: 0,
    phone_number_id: number.id,
    user: user.key,
    direction: 'to_user',
    type,
    content,
    rendered: renderInbound(type, content),
    status: 'read',
    timestamp,
    callback_data: null,
    context: null,
    errors: [],
    statuses: ['sent', 'delivered', 'read'].map(status => ({ status, timestamp })),
    pricing: null,
    conversation: null,
    recipient: user.wa_id ?? user.user_id,
    by_phone: !user.phone_hidden,
    category: 'service',
    ttl_ms: 0,
    fails_with: null,
  }
  // An edit or a deletion is told, and is no message in the chat.
  if (type !== 'edit' && type !== 'revoke') {
    world.messages.add(message)
    world.emit('message', () => presentMessage(message))
  }
  const told = {
    from: digitsOf(number.display_phone_number),
    ...(!user.phone_hidden && user.wa_id !== null && { to: user.wa_id }),
    to_user_id: user.user_id,
    id: message.id,
    timestamp: secondsOf(timestamp),
    type,
    [type]: content,
  }
  const contacts = [contactOf(user, !user.phone_hidden, true)]
  return composeUpdate(number, user.key, 'smb_message_echoes', { contacts, message_echoes: [told] })
}
