// Turns a checked message into one that exists: with an id, a window, a price, and a fate.

import { presentMessage } from '../control/present.ts'
import { makeWamid } from '../ids.ts'
import { areLinksGood } from '../media/checkUses.ts'
import { deliver } from '../people/deliver.ts'
import type { Message, User, World } from '../world.ts'
import { priceOf } from './price.ts'
import type { Sending } from './send.ts'
import type { MediaUse } from './shapes.ts'
import { enterFreeWindow, isWindowOpen, pairKey } from './windows.ts'

const DAY_MS = 24 * 3_600_000
const MONTH_MS = 30 * DAY_MS

export function acceptMessage(world: World, user: User, sending: Sending): Message {
  const { number, envelope, template } = sending
  const now = world.clock.now()
  const fails_with = sending.fails_with ?? (isReactionLost(world, user, sending) ? 131009 : null)
  const pair = pairKey(number.id, user.key)
  const conversation = fails_with === null ? enterFreeWindow(world, pair) : null
  const category = template?.category.toLowerCase() ?? 'service'
  const message: Message = {
    id: makeWamid(user.wa_id ?? user.user_id, 'to_user'),
    seq: 0,
    phone_number_id: number.id,
    user: user.key,
    direction: 'to_user',
    type: envelope.type,
    content: sending.content,
    rendered: sending.rendered,
    status: 'accepted',
    timestamp: now,
    callback_data: envelope.callback_data,
    context:
      envelope.quoted === null ? null : { from: authorOf(world, envelope.quoted), id: envelope.quoted },
    errors: [],
    statuses: [],
    pricing:
      fails_with === null ? priceOf(category, now, isWindowOpen(world, pair), conversation !== null) : null,
    conversation,
    recipient: envelope.recipient,
    by_phone: envelope.by_phone,
    category,
    ttl_ms: ttlOf(sending),
    fails_with,
  }
  world.messages.add(message)
  world.emit('message', () => presentMessage(message))
  if (fails_with !== null || sending.links.length === 0) deliver(world, message)
  else void deliverIfGood(world, message, sending.links)
  return message
}

/** Meta fetches links only after it has accepted the message. */
async function deliverIfGood(world: World, message: Message, links: MediaUse[]) {
  const isGood = await areLinksGood(links)
  if (world.messages.get(message.id) !== message) return
  if (!isGood) Object.assign(message, { fails_with: 131053, pricing: null })
  deliver(world, message)
}

/** Empty for a message that nobody knows: then a phone shows no quote. */
function authorOf(world: World, id: string): string {
  const quoted = world.messages.get(id)
  if (!quoted) return ''
  if (quoted.direction === 'from_user') return quoted.user
  return (world.numbers.get(quoted.phone_number_id)?.display_phone_number ?? '').replace(/\D/g, '')
}

/** A reaction needs a message of that person in this chat, not too old and not itself a reaction. */
function isReactionLost(world: World, user: User, { number, envelope, content }: Sending): boolean {
  if (envelope.type !== 'reaction') return false
  const target = world.messages.get((content as { message_id: string }).message_id)
  return (
    target?.direction !== 'from_user' ||
    target.user !== user.key ||
    target.phone_number_id !== number.id ||
    target.type === 'reaction' ||
    target.deleted === true ||
    world.clock.now() - target.timestamp > MONTH_MS
  )
}

function ttlOf({ template }: Sending): number {
  const seconds = template?.message_send_ttl_seconds
  if (seconds && seconds > 0) return seconds * 1000
  return template?.category === 'AUTHENTICATION' && seconds !== -1 ? 600_000 : MONTH_MS
}
