// What becomes of a message after Meta has accepted it: sent, delivered, read, or failed, each with its webhook.

import { presentMessage } from '../control/present.ts'
import { webhookErrorOf } from '../graph/errors.ts'
import { applyAllowance } from '../messages/price.ts'
import { suffixOf } from '../messages/sentinels.ts'
import { billMessage } from '../pricing/bill.ts'
import { composeStatus } from '../webhooks/compose.ts'
import type { Message, User, World } from '../world.ts'

const RANKS = ['accepted', 'sent', 'delivered', 'read', 'played', 'failed']
export const DONE = new Set(['read', 'played', 'failed'])

/** Begins the life of an accepted message, or goes on with it after a restart. */
export function deliver(world: World, message: Message) {
  const { sent_ms, delivered_ms, read_ms } = world.settings
  const suffix = suffixOf(message.recipient)
  const step = (delay_ms: number, run: () => void) => world.clock.after(delay_ms, run)
  if (message.fails_with !== null)
    return step(sent_ms, () => report(world, message, 'failed', message.fails_with))
  if (suffix === '9007') return
  if (suffix === '9005') {
    step(sent_ms, () => report(world, message, 'read'))
    step(Math.max(sent_ms, delivered_ms), () => report(world, message, 'delivered'))
    step(Math.max(sent_ms, delivered_ms, read_ms), () => report(world, message, 'sent'))
    return
  }
  step(sent_ms, () => report(world, message, 'sent'))
  if (message.type !== 'reaction') step(delivered_ms, () => reachPhone(world, message))
}

/** The phone is there again: what waited arrives, unless it waited too long. */
export function deliverWaiting(world: World, user: User) {
  for (const message of world.messages.ofUser(user.key)) {
    if (message.direction !== 'to_user' || message.status !== 'sent' || message.type === 'reaction') continue
    if (world.clock.now() - message.timestamp <= message.ttl_ms) reachPhone(world, message)
  }
}

function reachPhone(world: World, message: Message) {
  const user = world.users.get(message.user)
  if (!user?.online || user.blocked || DONE.has(message.status)) return
  if (suffixOf(message.recipient) !== '9004') report(world, message, 'delivered')
  const { delivered_ms, read_ms } = world.settings
  world.clock.after(Math.max(0, read_ms - delivered_ms), () => {
    const reader = world.users.get(message.user)
    if (world.settings.auto_read && reader?.online && reader.read_receipts && !reader.blocked) {
      report(world, message, 'read')
    }
  })
}

/** Notes a status and sends its webhook. Nothing happens twice, and nothing after a failure, unless it is forced. */
export function report(
  world: World,
  message: Message,
  status: string,
  code?: number | null,
  isForced = false,
) {
  const had = (name: string) => message.statuses.some(one => one.status === name)
  if (!isForced && (had(status) || had('failed'))) return
  const isArrival = status === 'delivered' || status === 'read'
  const isFirstArrival = isArrival && !had('delivered') && !had('read')
  if (isFirstArrival) {
    applyAllowance(world, message, true)
    billMessage(world, message)
  } else if (status === 'sent' && !had('delivered') && !had('read')) applyAllowance(world, message, false)
  const error = status === 'failed' ? webhookErrorOf(code ?? 131026) : null
  message.statuses.push({ status, timestamp: world.clock.now() })
  if (RANKS.indexOf(status) > RANKS.indexOf(message.status)) message.status = status
  if (error) message.errors = [error]
  const update = composeStatus(world, message, status, status === 'sent' || isFirstArrival, error)
  const times = suffixOf(message.recipient) === '9006' ? 3 : 1
  for (let time = 0; time < times; time++) world.outbox.put(update)
  world.emit('message', () => presentMessage(message))
}
