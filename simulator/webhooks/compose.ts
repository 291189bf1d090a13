// What a webhook says about a message or a status: the `value` objects of the field `messages`.

import type { Json, Message, PhoneNumber, User, WireError, World } from '../world.ts'
import { digitsOf } from '../world.ts'
import type { Update } from './combine.ts'

const UNSUPPORTED = {
  code: 131051,
  title: 'Message type unknown',
  message: 'Message type unknown',
  error_data: { details: 'Message type is currently not supported.' },
}
const UNAVAILABLE = {
  code: 131060,
  title: 'This message is currently unavailable.',
  message: 'This message is currently unavailable.',
  error_data: { details: 'This message is currently unavailable.' },
}

export const secondsOf = (ms: number) => String(Math.floor(ms / 1000))

/** Somebody wrote to the business; `extra` stands beside the type. A system message tells in it who wrote. */
export function composeInbound(world: World, message: Message, extra: Json): Update {
  const user = world.users.get(message.user) as User
  const { code, ...beside } = extra
  const isSystem = message.type === 'system'
  const item = {
    ...(!isSystem && !user.phone_hidden && user.wa_id && { from: user.wa_id }),
    ...(!isSystem && { from_user_id: user.user_id }),
    id: message.id,
    timestamp: secondsOf(message.timestamp),
    type: message.type,
    [message.type]: message.content,
    ...(message.context && { context: message.context }),
    ...beside,
    ...(message.type === 'unsupported' && { errors: [code === 131_060 ? UNAVAILABLE : UNSUPPORTED] }),
  }
  const contacts = [contactOf(user, !user.phone_hidden, true)]
  return updateOf(world, message, { ...(!isSystem && { contacts }), messages: [item] })
}

/** One step in the life of a message that the business sent. */
export function composeStatus(
  world: World,
  message: Message,
  status: string,
  isPriced: boolean,
  error: WireError | null,
): Update {
  const user = world.users.get(message.user) as User
  const showsPhone = message.by_phone || !user.phone_hidden
  const isFailed = status === 'failed'
  const item = {
    id: message.id,
    status,
    timestamp: secondsOf(world.clock.now()),
    ...(showsPhone && user.wa_id && !(isFailed && !message.by_phone) && { recipient_id: user.wa_id }),
    ...(!(isFailed && message.by_phone) && { recipient_user_id: user.user_id }),
    ...(message.callback_data !== null && { biz_opaque_callback_data: message.callback_data }),
    ...(isPriced && message.conversation && { conversation: conversationOf(message, status) }),
    ...(isPriced && message.pricing && { pricing: message.pricing }),
    ...(error && { errors: [error] }),
  }
  const contacts = isFailed ? {} : { contacts: [contactOf(user, showsPhone, status !== 'sent')] }
  return updateOf(world, message, { ...contacts, statuses: [item] })
}

const updateOf = (world: World, message: Message, lists: Json) =>
  composeUpdate(world.numbers.get(message.phone_number_id) as PhoneNumber, message.user, 'messages', lists)

/** Anything that Meta tells about a number, in the envelope of messages. */
export function composeUpdate(number: PhoneNumber, lane: string, field: string, lists: Json): Update {
  const metadata = { display_phone_number: digitsOf(number.display_phone_number), phone_number_id: number.id }
  return {
    entry_id: number.waba_id,
    field,
    lane: `${number.id}/${lane}`,
    value: { messaging_product: 'whatsapp', metadata, ...lists },
  }
}

export function contactOf(user: User, showsPhone: boolean, showsUsername: boolean): Json {
  return {
    profile: { name: user.name, ...(showsUsername && user.username && { username: user.username }) },
    ...(showsPhone && user.wa_id && { wa_id: user.wa_id }),
    user_id: user.user_id,
  }
}

function conversationOf({ conversation }: Message, status: string): Json {
  return {
    id: conversation?.id,
    ...(status === 'sent' && { expiration_timestamp: secondsOf(conversation?.expires_at ?? 0) }),
    origin: { type: 'referral_conversion' },
  }
}
