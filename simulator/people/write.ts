// A person writes to the business: any kind of message, an answer to a quoted one, a tap on a button, a reaction.

import { presentMessage } from '../control/present.ts'
import { makeWamid } from '../ids.ts'
import { takeThroughput } from '../limits/throughput.ts'
import { openWindow, pairKey } from '../messages/windows.ts'
import { composeInbound } from '../webhooks/compose.ts'
import { digitsOf, type Json, type Message, type PhoneNumber, type User, type World } from '../world.ts'

export type Writing = {
  type: string
  content: unknown
  text?: string
  quoted?: Message | undefined
  referral?: Json | undefined
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
    rendered: { ...(writing.text !== undefined && { body: writing.text }), buttons: [] },
    status: 'delivered',
    timestamp: now,
    callback_data: null,
    context: quoted ? { from: authorOf(world, quoted, user), id: quoted.id } : null,
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
  world.outbox.put(composeInbound(world, message, referral ? { referral } : {}))
  world.emit('message', () => presentMessage(message))
  return message
}

function authorOf(world: World, quoted: Message, user: User): string {
  if (quoted.direction === 'from_user') return user.wa_id ?? user.user_id
  return digitsOf(world.numbers.get(quoted.phone_number_id)?.display_phone_number ?? '')
}

/** Presses a button or chooses a row; a sentence when that sends nothing. */
export function tap(world: World, message: Message, at: number): Message | string {
  const button = message.rendered.buttons[at]
  const { id, text = '' } = button ?? {}
  if (!button) return `The message has ${message.rendered.buttons.length} buttons; there is none at ${at}.`
  const answer = (type: string, content: Json) =>
    write(world, ...partiesOf(world, message), { type, content, text, quoted: message })
  if (button.type === 'quick_reply') return answer('button', { payload: id ?? text, text })
  if (button.type === 'reply') {
    return answer('interactive', { type: 'button_reply', button_reply: { id, title: text } })
  }
  if (button.type === 'row') {
    const description = findRow(message, id)?.description
    const list_reply = { id, title: text, ...(description ? { description } : {}) }
    return answer('interactive', { type: 'list_reply', list_reply })
  }
  return `A button of type ${button.type} opens something on the phone and sends nothing to the business.`
}

function findRow(message: Message, id: string | undefined): Json | undefined {
  const { action } = message.content as { action?: { sections?: { rows: Json[] }[] } }
  return action?.sections?.flatMap(section => section.rows).find(row => row.id === id)
}

/** An empty emoji takes the reaction away. */
export function react(world: World, message: Message, emoji: string): Message {
  const content = { message_id: message.id, ...(emoji !== '' && { emoji }) }
  return write(world, ...partiesOf(world, message), { type: 'reaction', content, text: emoji })
}

const partiesOf = (world: World, message: Message): [PhoneNumber, User] => [
  world.numbers.get(message.phone_number_id) as PhoneNumber,
  world.users.get(message.user) as User,
]
