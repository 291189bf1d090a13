// What Meta tells of calls: one that a person begins, one that has ended, and how one of the business goes on.

import { randomBytes } from 'node:crypto'
import { openWindow, pairKey } from '../messages/windows.ts'
import type { Update } from '../webhooks/combine.ts'
import { composeUpdate, contactOf, secondsOf } from '../webhooks/compose.ts'
import { digitsOf, type Json, type PhoneNumber, type User, type World } from '../world.ts'
import { oneOf, personOf, textIn, wrong } from './answer.ts'

const SDP = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'

export function composeCall(world: World, number: PhoneNumber, body: Json): Update[] {
  const user = personOf(world, textIn(body, 'user'))
  const event = oneOf(body, 'event', ['connect', 'terminate', 'status'])
  if (event === undefined) throw wrong('Send event: connect, terminate or status.')
  const id = textIn(body, 'id') ?? `wacid.${randomBytes(18).toString('base64')}`
  const tell = (lists: Json) => [composeUpdate(number, user.key, 'calls', lists)]
  if (event === 'connect') {
    const session = { sdp_type: 'offer', sdp: SDP }
    const call = { ...partiesOf(number, user), event, ...whenOf(world), direction: 'USER_INITIATED', session }
    openWindow(world, pairKey(number.id, user.key), false)
    return tell({ contacts: [contactOf(user, !user.phone_hidden, true)], calls: [{ id, ...call }] })
  }
  return tell(event === 'status' ? statusOf(world, user, id, body) : endOf(world, number, user, id, body))
}

function endOf(world: World, number: PhoneNumber, user: User, id: string, body: Json): Json {
  const { duration = 60 } = body
  if (typeof duration !== 'number' || duration < 0) throw wrong('duration must be a number of seconds.')
  const status = oneOf(body, 'status', ['COMPLETED', 'FAILED']) ?? 'COMPLETED'
  const direction = oneOf(body, 'direction', ['USER_INITIATED', 'BUSINESS_INITIATED']) ?? 'USER_INITIATED'
  const now = world.clock.now()
  const isConnected = status === 'COMPLETED'
  if (isConnected) world.call_requests.delete(pairKey(number.id, user.key))
  const times = { start_time: secondsOf(now - duration * 1000), end_time: secondsOf(now), duration }
  const { from_user_id: _from, ...parties } = partiesOf(number, user)
  const ids = user.phone_hidden || user.wa_id === null ? partiesOf(number, user) : parties
  const call = {
    id,
    ...ids,
    event: 'terminate',
    direction,
    ...whenOf(world),
    status,
    ...(isConnected && times),
  }
  return { calls: [call] }
}

function statusOf(world: World, user: User, id: string, body: Json): Json {
  const status = oneOf(body, 'status', ['RINGING', 'ACCEPTED', 'REJECTED'])
  if (status === undefined) throw wrong('Send status: RINGING, ACCEPTED or REJECTED.')
  const callback = textIn(body, 'biz_opaque_callback_data')
  const recipient =
    user.phone_hidden || user.wa_id === null
      ? { recipient_user_id: user.user_id }
      : { recipient_id: user.wa_id }
  const told = { id, ...whenOf(world), type: 'call', status, ...recipient }
  return { statuses: [{ ...told, ...(callback !== undefined && { biz_opaque_callback_data: callback }) }] }
}

const whenOf = (world: World) => ({ timestamp: secondsOf(world.clock.now()) })

const partiesOf = (number: PhoneNumber, user: User): Json => ({
  to: digitsOf(number.display_phone_number),
  ...(!user.phone_hidden && user.wa_id !== null && { from: user.wa_id }),
  from_user_id: user.user_id,
})
