// A person gets another phone number or another user id. Chats, windows and everything else stay with the person.

import { makeUserId } from '../ids.ts'
import type { User, World } from '../world.ts'

/** A sentence when it cannot be. The user id changes with the number, as WhatsApp does it. */
export function changeNumber(
  world: World,
  user: User,
  wa_id: string,
  user_id = makeUserId(wa_id),
): string | null {
  if (!/^[1-9]\d{6,14}$/.test(wa_id)) return 'wa_id must be the digits of a phone number with country code.'
  if (world.users.has(wa_id)) return `Somebody has the number ${wa_id} already.`
  const refusal = changeUserId(world, user, user_id)
  if (refusal !== null) return refusal
  const before = user.key
  world.users.delete(before)
  Object.assign(user, { key: wa_id, wa_id })
  world.users.set(wa_id, user)
  world.user_ids.set(user.user_id, wa_id)
  world.messages.renameUser(before, wa_id)
  movePairs(world.pairs, before, wa_id)
  movePairs(world.call_requests, before, wa_id)
  return null
}

export function changeUserId(world: World, user: User, user_id: string): string | null {
  const holder = world.user_ids.get(user_id)
  if (holder !== undefined && holder !== user.key) return `Somebody has the user id ${user_id} already.`
  world.user_ids.delete(user.user_id)
  if (user.wa_id === null) {
    world.users.delete(user.key)
    world.messages.renameUser(user.key, user_id)
    movePairs(world.pairs, user.key, user_id)
    movePairs(world.call_requests, user.key, user_id)
    user.key = user_id
    world.users.set(user_id, user)
  }
  user.user_id = user_id
  world.user_ids.set(user_id, user.key)
  return null
}

function movePairs<T>(pairs: Map<string, T>, before: string, after: string) {
  for (const [key, value] of [...pairs]) {
    const [number, user] = key.split('/')
    if (user !== before) continue
    pairs.delete(key)
    pairs.set(`${number}/${after}`, value)
  }
}
