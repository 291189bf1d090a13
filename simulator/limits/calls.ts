// The hourly budget of management calls per account: 5,000 with a registered number, else 200.

import { GraphError } from '../graph/errors.ts'
import type { World } from '../world.ts'

const HOUR_MS = 3_600_000

/** Counts one management call and notes the usage header; refuses with 80007 when the hour is used up. */
export function takeCall(world: World, waba_id: string, headers: Record<string, string>) {
  const hour = Math.floor(world.clock.elapsed() / HOUR_MS)
  const isRegistered = [...world.numbers.values()].some(
    number => number.waba_id === waba_id && number.registered,
  )
  const most = isRegistered ? 5000 : 200
  const usage = world.limits.calls.get(waba_id)
  const counted = usage?.hour === hour ? usage : { hour, count: 0 }
  world.limits.calls.set(waba_id, counted)
  counted.count += 1
  headers['x-business-use-case-usage'] = JSON.stringify({
    [waba_id]: [
      {
        type: 'whatsapp_business_management',
        call_count: Math.min(100, Math.floor((counted.count * 100) / most)),
        total_cputime: 1,
        total_time: 1,
        estimated_time_to_regain_access: 0,
      },
    ],
  })
  if (counted.count > most && world.settings.enforce_rates) {
    throw new GraphError(80007, { details: 'The account has used up its management calls of this hour.' })
  }
}
