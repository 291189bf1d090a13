// Changing a person: name, username, whether the phone is on, what it tells.

import { deliverWaiting } from '../people/deliver.ts'
import type { Json, User, World } from '../world.ts'
import { personOf, wrong } from './answer.ts'

const FLAGS = ['online', 'blocked', 'read_receipts', 'phone_hidden'] as const
const KNOWN = new Set<string>(['name', 'username', ...FLAGS])

export function putUser(world: World, key: string, body: Json): User {
  const unknown = Object.keys(body).find(name => !KNOWN.has(name))
  if (unknown !== undefined)
    throw wrong(`A user has no ${unknown} to change; there are ${[...KNOWN].join(', ')}.`)
  const { name, username } = body
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw wrong('name must be a text that is not empty.')
  if (
    username !== undefined &&
    username !== null &&
    !(typeof username === 'string' && /^[\w.]{3,35}$/.test(username))
  ) {
    throw wrong('username must be 3 to 35 letters, digits, dots and underscores, or null.')
  }
  for (const flag of FLAGS) {
    if (body[flag] !== undefined && typeof body[flag] !== 'boolean')
      throw wrong(`${flag} must be true or false.`)
  }
  const user = personOf(world, key)
  if (body.phone_hidden === false && user.wa_id === null)
    throw wrong('This person has no phone number to show.')
  const wasOnline = user.online
  Object.assign(user, body)
  world.emit('user', () => user)
  if (!wasOnline && user.online) deliverWaiting(world, user)
  return user
}
