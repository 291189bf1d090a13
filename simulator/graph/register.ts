// Registering and deregistering a number: PIN rules, and ten calls of each kind in 72 hours.

import { checkProduct } from '../messages/checkEnvelope.ts'
import type { Json, PhoneNumber, World } from '../world.ts'
import { type Call, requiredParam, textParam } from './call.ts'
import { GraphError, wrongParameter } from './errors.ts'

const MOST_CALLS = 10
const SPAN_MS = 72 * 3_600_000
const REGIONS = 'AE AU BH BR CA CH DE GB ID IN JP KR SG ZA'.split(' ')

export function registerNumber(call: Call, number: PhoneNumber): Json {
  checkProduct(call.params)
  const pin = requiredParam(call, 'pin')
  if (!/^\d{6}$/.test(pin)) throw wrongParameter('Param pin must be a string of 6 digits.')
  const region = textParam(call, 'data_localization_region')
  if (region !== undefined && !REGIONS.includes(region)) {
    throw wrongParameter(
      `Param data_localization_region must be one of {${REGIONS.join(', ')}} - got "${region}".`,
    )
  }
  number.register_calls = countCall(call.world, number.register_calls)
  if (number.pin !== null && number.pin !== pin) {
    throw new GraphError(133005, { details: 'The two-step verification PIN does not match.' })
  }
  Object.assign(number, { pin, registered: true, status: 'CONNECTED' })
  call.world.emit('number', () => null)
  return { success: true }
}

export function deregisterNumber(call: Call, number: PhoneNumber): Json {
  number.deregister_calls = countCall(call.world, number.deregister_calls)
  Object.assign(number, { registered: false, status: 'DISCONNECTED' })
  call.world.emit('number', () => null)
  return { success: true }
}

/** The times of the calls in the span that now ends, with this one; refuses the eleventh. */
function countCall(world: World, times: number[]): number[] {
  const now = world.clock.now()
  const recent = times.filter(time => now - time < SPAN_MS)
  if (recent.length < MOST_CALLS) return [...recent, now]
  throw new GraphError(133016, {
    details: 'Registration and deregistration are limited to 10 calls in 72 hours for a phone number.',
  })
}
