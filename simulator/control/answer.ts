// How the control API reads a body and answers a mistake: one sentence, with 400 or 404.

import type { FastifyRequest } from 'fastify'
import { findOrMakeByPhone, findOrMakeByUserId, findUser, toWaId, userIdPattern } from '../people/findUser.ts'
import type { Json, Message, PhoneNumber, User, World } from '../world.ts'
import { digitsOf } from '../world.ts'

/** A mistake of whoever called. */
export class ControlError extends Error {
  override name = 'ControlError'
  readonly status: number

  constructor(status: number, sentence: string) {
    super(sentence)
    this.status = status
  }
}

export const wrong = (sentence: string) => new ControlError(400, sentence)
export const missing = (sentence: string) => new ControlError(404, sentence)

export function bodyOf(request: FastifyRequest): Json {
  const text = typeof request.body === 'string' ? request.body.trim() : ''
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Json
  } catch {}
  throw wrong('The body must be a JSON object.')
}

export const queryOf = (request: FastifyRequest) => request.query as Record<string, string | undefined>

/** A text of the body; undefined when it is not there. */
export function textIn(body: Json, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw wrong(`${name} must be a string.`)
}

export function oneOf<T extends string>(body: Json, name: string, allowed: readonly T[]): T | undefined {
  const value = textIn(body, name)
  if (value === undefined || allowed.includes(value as T)) return value as T | undefined
  throw wrong(`${name} must be one of ${allowed.join(', ')}.`)
}

export function limitOf(request: FastifyRequest, usual: number): number {
  const { limit } = queryOf(request)
  if (limit === undefined) return usual
  if (/^\d{1,6}$/.test(limit)) return Number(limit)
  throw wrong('limit must be a whole number.')
}

export function numberOf(world: World, id: string | undefined): PhoneNumber {
  if (id === undefined) throw wrong('Say which number by its phone_number_id.')
  const number = world.numbers.get(id)
  if (number) return number
  throw missing(`There is no phone number with the id ${id}.`)
}

export function messageOf(world: World, id: string): Message {
  const message = world.messages.get(id)
  if (message) return message
  throw missing(`There is no message with the id ${id}.`)
}

/** The key under which somebody is known: digits in WhatsApp's spelling, or the user id. */
export function keyOf(key: string): string {
  return /^\+?[\d\s()-]+$/.test(key) ? toWaId(digitsOf(key)) : key
}

/** Somebody by key; whoever is new exists from then on. */
export function personOf(world: World, key: string | undefined): User {
  if (key === undefined) throw wrong('Say which user: the digits of a phone number, or a user id.')
  const known = findUser(world, keyOf(key))
  if (known) return known
  if (userIdPattern.test(key)) return findOrMakeByUserId(world, key)
  const digits = digitsOf(key)
  if (/^\+?[\d\s()-]+$/.test(key) && /^[1-9]\d{6,14}$/.test(digits)) return findOrMakeByPhone(world, digits)
  throw wrong(`${key} is neither a phone number with country code nor a user id such as US.1000200030004003.`)
}
