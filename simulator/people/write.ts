// A person writes to the business: any kind of message, an answer to a quoted one, a reaction. What pressing a button
// sends is told in tap.ts.

import { presentMessage } from '../control/present.ts'
import { makeWamid } from '../ids.ts'
import { takeThroughput } from '../limits/throughput.ts'
import { openWindow, pairKey } from '../messages/windows.ts'
import { composeInbound } from '../webhooks/compose.ts'
import { digitsOf, type Json, type Message, type PhoneNumber, type User, type World } from '../world.ts'
import { renderInbound } from './render.ts'

export type Writing = {
  type: string
  content: unknown
  text?: string
  quoted?: Message | undefined
  /** What stands in `context` besides the quoted message. */
  context?: Json | undefined
  referral?: Json | undefined
  /** What stands beside `type` on the wire. */
  beside?: Json | undefined
}

export function write(world: World, number: PhoneNumber, user: User, writing: Writing): Message {
  const { type, content, quoted, referral } = writing
  const now = world.clock.now()
  const message: Message = {
    id: makeWamid(user.wa_id ?? user.user_id, 'from_user'),
    seq: 0,
    phone_number_id: number.id,
    user: user.key,
    direction: 'from_user',
    type,
    content,
    rendered: renderInbound(type, content, writing.text),
    status: 'delivered',
    timestamp: now,
    callback_data: null,
    context: contextOf(world, user, quoted, writing.context),
    ...(referral && { referral }),
    errors: [],
    statuses: [{ status: 'delivered', timestamp: now }],
    pricing: null,
    conversation: null,
    recipient: '',
    by_phone: true,
    category: 'service',
    ttl_ms: 0,
    fails_with: null,
  }
  world.messages.add(message)
  openWindow(world, pairKey(number.id, user.key), referral !== undefined)
  takeThroughput(world, number)
  world.outbox.put(composeInbound(world, message, { ...(referral && { referral }), ...writing.beside }))
  world.emit('message', () => presentMessage(message))
  if (type === 'edit' || type === 'revoke') markOriginal(world, message)
  return message
}

function contextOf(
  world: World,
  user: User,
  quoted: Message | undefined,
  more: Json | undefined,
): Json | null {
  if (!quoted && !more) return null
  return { ...(quoted && { from: authorOf(world, quoted, user), id: quoted.id }), ...more }
}

function authorOf(world: World, quoted: Message, user: User): string {
  if (quoted.direction === 'from_user') return user.phone_hidden ? user.user_id : (user.wa_id ?? user.user_id)
  return digitsOf(world.numbers.get(quoted.phone_number_id)?.display_phone_number ?? '')
}

/** The earlier message of this person is other than it was. */
function markOriginal(world: World, { content, type, user }: Message) {
  const { message: changed, original_message_id: id } = content as {
    message?: Json
    original_message_id: string
  }
  const original = world.messages.get(id)
  if (original?.user !== user || original.direction !== 'from_user') return
  if (type === 'revoke') original.deleted = true
  else {
    original.edited = true
    const kind = String(changed?.type)
    original.rendered = { ...original.rendered, ...renderInbound(kind, changed?.[kind]) }
  }
  world.emit('message', () => presentMessage(original))
}

/** An empty emoji takes the reaction away. */
export function react(world: World, message: Message, emoji: string): Message {
  const content = { message_id: message.id, ...(emoji !== '' && { emoji }) }
  return write(world, ...partiesOf(world, message), { type: 'reaction', content, text: emoji })
}

export const partiesOf = (world: World, message: Message): [PhoneNumber, User] => [
  world.numbers.get(message.phone_number_id) as PhoneNumber,
  world.users.get(message.user) as User,
]
