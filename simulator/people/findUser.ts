// Finds the person behind a phone number or a user id. Whoever is not known yet exists from then on.

import { makeUserId } from '../ids.ts'
import { natureOf } from '../messages/sentinels.ts'
import type { User, World } from '../world.ts'

export const userIdPattern = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/

/** By key, user id or phone number; undefined when nobody is there. */
export function findUser(world: World, key: string): User | undefined {
  return world.users.get(key) ?? world.users.get(world.user_ids.get(key) ?? '')
}

export function findOrMakeByPhone(world: World, digits: string): User {
  const wa_id = toWaId(digits)
  const known = world.users.get(wa_id)
  if (known) return known
  return addUser(world, { wa_id, user_id: makeUserId(wa_id), name: `+${wa_id}`, ...natureOf(wa_id) })
}

export function findOrMakeByUserId(world: World, user_id: string): User {
  return (
    findUser(world, user_id) ?? addUser(world, { wa_id: null, user_id, name: user_id, ...natureOf(user_id) })
  )
}

export function addUser(world: World, user: Partial<User> & Pick<User, 'wa_id' | 'user_id' | 'name'>): User {
  const made: User = {
    key: user.wa_id ?? user.user_id,
    username: null,
    online: true,
    blocked: false,
    read_receipts: true,
    phone_hidden: user.wa_id === null,
    stopped_marketing: false,
    ...user,
  }
  world.users.set(made.key, made)
  world.user_ids.set(made.user_id, made.key)
  world.emit('user', () => made)
  return made
}

/** WhatsApp's own spelling: Mexico keeps a 1 after the country code, most of Brazil has no ninth digit. */
export function toWaId(digits: string): string {
  if (/^52\d{10}$/.test(digits)) return `521${digits.slice(2)}`
  if (/^55[3-9]\d9\d{8}$/.test(digits)) return digits.slice(0, 4) + digits.slice(5)
  return digits
}
