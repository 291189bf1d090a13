// The control call for everything that Meta tells besides messages and statuses of the API: errors of a number, the
// Business app (echoes, contacts, history), preferences, new user ids, calls.

import type { FastifyRequest } from 'fastify'
import { isKnownCode, webhookErrorOf } from '../graph/errors.ts'
import { isMedium, takeInbound } from '../media/takeInbound.ts'
import { isObject } from '../messages/shapes.ts'
import { changeUserId } from '../people/changeIdentity.ts'
import { echo } from '../people/echo.ts'
import type { Update } from '../webhooks/combine.ts'
import { composeUpdate, contactOf } from '../webhooks/compose.ts'
import type { Json, PhoneNumber, User, World } from '../world.ts'
import { bodyOf, missing, numberOf, oneOf, personOf, textIn, wrong } from './answer.ts'
import { composeCall } from './calls.ts'
import { composeHistory } from './history.ts'
import type { Reply } from './routes.ts'

type Event = (world: World, number: PhoneNumber, body: Json) => Update[] | Promise<Update[]>

const EVENTS: Record<string, Event> = {
  messages: numberErrors,
  smb_message_echoes: messageEcho,
  smb_app_state_sync: stateSync,
  history: composeHistory,
  user_preferences: preferences,
  user_id_update: userIdUpdate,
  calls: composeCall,
}

export async function sendEvent(world: World, request: FastifyRequest): Promise<Reply> {
  const body = bodyOf(request)
  const field = textIn(body, 'field')
  if (field === undefined) throw wrong(`Send field: ${Object.keys(EVENTS).join(', ')}, or any with a value.`)
  const isRaw = body.value !== undefined && field !== 'user_preferences'
  const updates =
    isRaw || isObject(body.value) ? [asGiven(world, field, body)] : await known(world, field, body)
  for (const update of updates) world.outbox.put(update)
  return { status: 202, body: { field, webhooks: updates.length } }
}

function known(world: World, field: string, body: Json) {
  const event = EVENTS[field]
  if (!event)
    throw wrong(
      `Send value: what Meta would tell in ${field}. Without it ${Object.keys(EVENTS).join(', ')} can be told.`,
    )
  return event(world, numberOf(world, textIn(body, 'phone_number_id')), body)
}

function asGiven(world: World, field: string, body: Json): Update {
  const { value } = body
  if (!isObject(value)) throw wrong('value must be an object.')
  const number_id = textIn(body, 'phone_number_id')
  const waba_id =
    textIn(body, 'waba_id') ?? (number_id === undefined ? undefined : numberOf(world, number_id).waba_id)
  if (waba_id === undefined) throw wrong('Say which account by its waba_id, or by a phone_number_id.')
  if (!world.wabas.has(waba_id)) throw missing(`There is no account with the id ${waba_id}.`)
  const time = Math.floor(world.clock.now() / 1000)
  return { entry_id: waba_id, field, value, lane: 'account', ...(!value.metadata && { time }) }
}

function numberErrors(_world: World, number: PhoneNumber, body: Json): Update[] {
  const { errors } = body
  if (!Array.isArray(errors) || errors.length === 0 || !errors.every(isObject))
    throw wrong('Send errors: a list of {code, details?}.')
  const told = errors.map(({ code, details }) => {
    if (typeof code !== 'number' || !isKnownCode(code))
      throw wrong(`code must be one of Meta's error codes, such as 130429.`)
    const error = webhookErrorOf(code)
    return details === undefined ? error : { ...error, error_data: { details: String(details) } }
  })
  return [composeUpdate(number, 'number', 'messages', { errors: told })]
}

async function messageEcho(world: World, number: PhoneNumber, body: Json): Promise<Update[]> {
  const type = textIn(body, 'type') ?? 'text'
  const given = type === 'text' && !isObject(body.text) ? { body: body.text } : (body[type] ?? {})
  if (type === 'text' && typeof (given as Json).body !== 'string')
    throw wrong('Send text: what the business writes.')
  const content = isMedium(type) ? await takeInbound(world, number, type, given as Json) : given
  if (typeof content === 'string') throw wrong(content)
  return [echo(world, number, personOf(world, textIn(body, 'user')), type, content)]
}

function stateSync(world: World, number: PhoneNumber, body: Json): Update[] {
  const { contacts = everybody(world) } = body
  if (!Array.isArray(contacts) || contacts.length === 0 || !contacts.every(isObject))
    throw wrong('Send contacts: a list of {action, full_name?, first_name?, phone_number}.')
  const timestamp = secondsOf(world)
  const state_sync = contacts.map(one => {
    const { action: _action, ...contact } = one
    const action = oneOf(one, 'action', ['add', 'remove']) ?? 'add'
    if (typeof contact.phone_number !== 'string') throw wrong('Every contact needs its phone_number.')
    return { type: 'contact', contact, action, metadata: { timestamp } }
  })
  return [composeUpdate(number, 'contacts', 'smb_app_state_sync', { state_sync })]
}

const everybody = (world: World): Json[] =>
  [...world.users.values()].flatMap(({ name, wa_id }) =>
    wa_id === null ? [] : [{ full_name: name, first_name: name.split(' ')[0], phone_number: wa_id }],
  )

function preferences(world: World, number: PhoneNumber, body: Json): Update[] {
  const user = personOf(world, textIn(body, 'user'))
  const value = oneOf(body, 'value', ['stop', 'resume'])
  if (value === undefined) throw wrong('Send value: stop or resume.')
  user.stopped_marketing = value === 'stop'
  world.emit('user', () => user)
  const preference = {
    ...visible(user),
    detail:
      value === 'stop'
        ? 'User requested to stop marketing messages'
        : 'User requested to resume marketing messages',
    category: 'marketing_messages',
    value,
    timestamp: Number(secondsOf(world)),
  }
  return [tellOf(number, user, 'user_preferences', { user_preferences: [preference] })]
}

function userIdUpdate(world: World, number: PhoneNumber, body: Json): Update[] {
  const user = personOf(world, textIn(body, 'user'))
  const previous = user.user_id
  const current = textIn(body, 'user_id') ?? nextUserId(previous)
  const refusal = changeUserId(world, user, current)
  if (refusal !== null) throw wrong(refusal)
  world.emit('reset', () => ({}))
  const { wa_id } = visible(user)
  const update = {
    ...(wa_id && { wa_id }),
    detail: 'The identifier of this user has changed',
    user_id: { previous, current },
    timestamp: secondsOf(world),
  }
  return [tellOf(number, user, 'user_id_update', { user_id_update: [update] })]
}

/** Ends in the same four digits, which decide how somebody behaves. */
const nextUserId = (user_id: string) => `${user_id.slice(0, -4)}0${user_id.slice(-4)}`

const tellOf = (number: PhoneNumber, user: User, field: string, lists: Json) =>
  composeUpdate(number, user.key, field, { contacts: [contactOf(user, !user.phone_hidden, true)], ...lists })

const visible = ({ phone_hidden, user_id, wa_id }: User) => ({
  ...(!phone_hidden && wa_id !== null && { wa_id }),
  user_id,
})

const secondsOf = (world: World) => String(Math.floor(world.clock.now() / 1000))
