// New accounts, tokens and signup codes, as Meta's own pages would make them.

import { makeCode, makeToken } from '../ids.ts'
import { addNumber, allScopes } from '../seed.ts'
import { addTemplate } from '../templates/add.ts'
import { isObject } from '../templates/parameters.ts'
import { announcePartnerAdded } from '../webhooks/announce.ts'
import type { Json, World } from '../world.ts'
import { missing, numberOf, oneOf, textIn, wrong } from './answer.ts'
import type { Reply } from './routes.ts'

const CODE_SECONDS = 30

export function addCode(world: World, body: Json): Reply {
  const waba_id = textIn(body, 'waba_id')
  const phone_number_id = textIn(body, 'phone_number_id') ?? null
  if (waba_id === undefined) throw wrong('Send waba_id: the account that the customer shares.')
  const waba = world.wabas.get(waba_id)
  if (!waba) throw missing(`There is no account with the id ${waba_id}.`)
  if (phone_number_id !== null && numberOf(world, phone_number_id).waba_id !== waba_id) {
    throw wrong(`The number ${phone_number_id} belongs to another account.`)
  }
  const code = makeCode()
  const expires_at = world.clock.now() + CODE_SECONDS * 1000
  world.codes.set(code, { code, waba_id, phone_number_id, expires_at, used: false })
  announcePartnerAdded(world, waba)
  return { status: 201, body: { code, expires_in: CODE_SECONDS } }
}

export function addToken(world: World, body: Json): Reply {
  const waba_ids = textsOf(body, 'waba_ids')
  if (waba_ids === undefined) throw wrong('Send waba_ids: the accounts that the token reaches.')
  const unknown = waba_ids.find(id => !world.wabas.has(id))
  if (unknown !== undefined) throw missing(`There is no account with the id ${unknown}.`)
  const { expires_in } = body
  if (expires_in !== undefined && !(typeof expires_in === 'number' && expires_in >= 0)) {
    throw wrong('expires_in must be a number of seconds.')
  }
  const lifetime_ms = typeof expires_in === 'number' ? expires_in * 1000 : null
  return {
    status: 201,
    body: { access_token: putToken(world, waba_ids, textsOf(body, 'scopes'), lifetime_ms) },
  }
}

function textsOf(body: Json, name: string): string[] | undefined {
  const value = body[name]
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value
  throw wrong(`${name} must be a list of strings.`)
}

function putToken(
  world: World,
  waba_ids: string[],
  scopes = allScopes,
  lifetime_ms: number | null = null,
): string {
  const token = makeToken()
  const now = world.clock.now()
  const expires_at = lifetime_ms === null ? null : now + lifetime_ms
  world.tokens.set(token, { token, waba_ids, scopes, issued_at: now, expires_at, revoked: false })
  world.emit('token', () => null)
  return token
}

export function revokeToken(world: World, token: string): Reply {
  const known = world.tokens.get(token)
  if (!known) throw missing('There is no such token.')
  known.revoked = true
  world.emit('token', () => null)
  return { status: 204, body: null }
}

export function addAccount(world: World, body: Json): Reply {
  const id = textIn(body, 'id') ?? freeId(world, '7001002003')
  if (!/^\d{5,20}$/.test(id)) throw wrong('id must be 5 to 20 digits.')
  if (world.wabas.has(id)) throw wrong(`There is an account with the id ${id} already.`)
  const numbers = objectsOf(body, 'numbers')
  const templates = objectsOf(body, 'templates')
  for (const number of numbers) checkNumber(world, number)
  const subscription = body.subscribed === true ? { override_callback_uri: null } : null
  const currency = textIn(body, 'currency') ?? 'USD'
  const business_id = freeId(world, '8001002003')
  world.wabas.set(id, {
    id,
    name: textIn(body, 'name') ?? 'Example Shop',
    currency,
    business_id,
    subscription,
  })
  const phone_number_ids = numbers.map(number => addOne(world, id, number))
  for (const template of templates) {
    const added = addTemplate(world, id, template, freeId(world, '9101002003'))
    if (typeof added === 'string') {
      removeAccount(world, id)
      throw wrong(added)
    }
  }
  return { status: 201, body: { waba_id: id, phone_number_ids, access_token: putToken(world, [id]) } }
}

function removeAccount(world: World, id: string) {
  world.wabas.delete(id)
  for (const map of [world.numbers, world.templates]) {
    for (const [key, thing] of map) if (thing.waba_id === id) map.delete(key)
  }
}

function objectsOf(body: Json, name: string): Json[] {
  const value = body[name] ?? []
  if (Array.isArray(value) && value.every(isObject)) return value
  throw wrong(`${name} must be a list of objects.`)
}

function checkNumber(world: World, number: Json) {
  const id = textIn(number, 'id')
  if (id !== undefined && world.numbers.has(id))
    throw wrong(`There is a phone number with the id ${id} already.`)
  if (id !== undefined && !/^\d{5,20}$/.test(id)) throw wrong('The id of a number must be 5 to 20 digits.')
  oneOf(number, 'throughput_level', ['STANDARD', 'HIGH'])
  textIn(number, 'display_phone_number')
}

function addOne(world: World, waba_id: string, number: Json): string {
  const id = textIn(number, 'id') ?? freeId(world, '5001002003')
  const throughput_level = oneOf(number, 'throughput_level', ['STANDARD', 'HIGH'])
  addNumber(world, {
    id,
    waba_id,
    display_phone_number: textIn(number, 'display_phone_number') ?? `+1 555-011-${id.slice(-4)}`,
    registered: number.registered !== false,
    ...(throughput_level && { throughput_level }),
  })
  return id
}

const freeId = (world: World, prefix: string) =>
  `${prefix}${String(world.next_id++)
    .padStart(6, '0')
    .padStart(7, '9')}`
