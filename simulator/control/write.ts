// The control call with which a person writes to the business: any kind of message, checked, and completed with what
// Meta would add.

import type { FastifyRequest } from 'fastify'
import { GraphError } from '../graph/errors.ts'
import { makeWamid } from '../ids.ts'
import { isMedium, takeInbound } from '../media/takeInbound.ts'
import { checkPart, isObject } from '../messages/shapes.ts'
import { changeNumber, changeUserId } from '../people/changeIdentity.ts'
import { inboundShapes } from '../people/schema.ts'
import { type Writing, write } from '../people/write.ts'
import { digitsOf, type Json, type PhoneNumber, type User, type World } from '../world.ts'
import { bodyOf, messageOf, numberOf, personOf, textIn, wrong } from './answer.ts'
import { presentMessage } from './present.ts'
import type { Reply } from './routes.ts'

const TYPES = ['text', ...Object.keys(inboundShapes), 'request_welcome']

type Content = Pick<Writing, 'type' | 'content' | 'beside'>

export async function writeMessage(world: World, request: FastifyRequest): Promise<Reply> {
  const body = bodyOf(request)
  const number = numberOf(world, textIn(body, 'phone_number_id'))
  if (!number.registered)
    throw wrong(`The number ${number.display_phone_number} is not registered; nobody can write to it.`)
  const around = aroundOf(world, number, body)
  // Looked up once: a message about a new number must not make its old number a person again. And late: what is refused makes nobody.
  let person: User | undefined
  const user = () => {
    person ??= personOf(world, textIn(body, 'user'))
    return person
  }
  const content = await contentOf(world, number, user, body)
  const message = write(world, number, user(), { ...content, ...around })
  if (content.type === 'system') world.emit('reset', () => ({}))
  return { status: 201, body: presentMessage(message) }
}

/** What stands around the content: the quoted message, an advertisement, a product, that it was forwarded. */
function aroundOf(
  world: World,
  number: PhoneNumber,
  body: Json,
): Pick<Writing, 'quoted' | 'context' | 'referral'> {
  const replyTo = textIn(body, 'reply_to')
  const { forwarded, referral, referred_product } = body
  for (const [name, value] of Object.entries({ referral, referred_product })) {
    if (value !== undefined && !isObject(value)) throw wrong(`${name} must be an object, as Meta sends it.`)
  }
  if (forwarded !== undefined && typeof forwarded !== 'boolean' && forwarded !== 'frequently')
    throw wrong('forwarded must be true, false or "frequently".')
  const quoted = replyTo === undefined ? undefined : messageOf(world, replyTo)
  const from = digitsOf(number.display_phone_number)
  const context = {
    ...(forwarded === true && { forwarded: true }),
    ...(forwarded === 'frequently' && { frequently_forwarded: true }),
    ...(referred_product !== undefined && !quoted && { from, id: makeWamid(from, 'to_user') }),
    ...(referred_product !== undefined && { referred_product }),
  }
  return {
    quoted,
    referral: referral as Json | undefined,
    context: Object.keys(context).length > 0 ? context : undefined,
  }
}

async function contentOf(world: World, number: PhoneNumber, user: () => User, body: Json): Promise<Content> {
  const type = textIn(body, 'type') ?? 'text'
  const given = body[type]
  if (!TYPES.includes(type)) throw wrong(`type must be one of ${TYPES.join(', ')}.`)
  if (type === 'request_welcome') return { type, content: undefined }
  if (type === 'text') {
    const text = isObject(given) ? given.body : given
    if (typeof text === 'string' && text !== '') return { type, content: { body: text } }
    throw wrong('Send text: what the person writes.')
  }
  const content = given ?? (isMedium(type) || type === 'unsupported' ? {} : undefined)
  check(type, content)
  if (isMedium(type)) {
    const taken = await takeInbound(world, number, type, content as Json)
    if (typeof taken === 'string') throw wrong(taken)
    return { type, content: taken }
  }
  return { type, ...complete(world, type, content as Json, user, body) }
}

function check(type: string, content: unknown) {
  const shape = inboundShapes[type]
  if (!shape) return
  try {
    checkPart(type, content, shape, { strict: false, uses: [] })
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    const { details } = (error.body.error_data ?? {}) as { details?: string }
    throw wrong(`${details ?? error.message}. Send ${type} as Meta's webhook carries it.`)
  }
}

function complete(
  world: World,
  type: string,
  content: Json,
  user: () => User,
  body: Json,
): Omit<Content, 'type'> {
  if (type === 'contacts') return withOrigin(content as unknown as Json[], body)
  if (type === 'system') return changePerson(world, content, user())
  if (type === 'unsupported') {
    const { code = 131_051, type: kind } = content
    return { content: kind === undefined ? undefined : { type: kind }, beside: { code: Number(code) } }
  }
  if (type === 'location') {
    const { latitude, longitude, ...more } = content
    return { content: { latitude: Number(latitude), longitude: Number(longitude), ...more } }
  }
  if (type === 'reaction') {
    const { emoji, message_id } = content
    return { content: { message_id, ...(emoji !== undefined && emoji !== '' && { emoji }) } }
  }
  return { content: type === 'interactive' ? completeReply(content) : content }
}

/** The form of an answer travels as a string. */
function completeReply(content: Json): Json {
  if (content.type !== 'nfm_reply') return content
  const { body = 'Sent', name = 'flow', response_json = '{}' } = content.nfm_reply as Json
  const text = typeof response_json === 'string' ? response_json : JSON.stringify(response_json)
  return { type: 'nfm_reply', nfm_reply: { response_json: text, body, name } }
}

/** Why the cards were sent stands beside the type; in the first card it is taken too. */
function withOrigin(cards: Json[], body: Json): Omit<Content, 'type'> {
  const origin = textIn(body, 'origin') ?? cards[0]?.origin
  const content = cards.map(({ origin: _origin, ...card }) => card)
  return { content, ...(origin !== undefined && { beside: { origin } }) }
}

function changePerson(world: World, content: Json, user: User): Omit<Content, 'type'> {
  const { type, ...next } = content
  const before = { from: user.phone_hidden ? null : user.wa_id, from_user_id: user.user_id }
  const isNumber = type === 'user_changed_number'
  const user_id = next.user_id === undefined ? undefined : String(next.user_id)
  const refusal = isNumber
    ? changeNumber(world, user, String(next.wa_id), user_id)
    : changeUserId(world, user, String(user_id))
  if (refusal !== null) throw wrong(refusal)
  const was = isNumber ? before.from : before.from_user_id
  const is = isNumber ? user.wa_id : user.user_id
  const told = {
    body: `${user.name} changed from ${was ?? 'another number'} to ${is}`,
    ...(isNumber && { wa_id: user.wa_id }),
    user_id: user.user_id,
    type,
  }
  return {
    content: told,
    beside: before.from === null ? { from_user_id: before.from_user_id } : { from: before.from },
  }
}
