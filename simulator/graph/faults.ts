// Faults that the settings ask for, drawn by lot.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../messages/send.ts'
import type { Settings } from '../settings.ts'
import type { Call } from './call.ts'
import { GraphError, refuse } from './errors.ts'

export const wait = (ms: number) => sleep(ms, undefined, { ref: false })

/** Before anything is done: a server error or a rate limit, with the code that belongs to the edge. */
export function drawRefusal(call: Call) {
  const { error_rate, throttle } = call.world.settings
  const isMessage = call.path[1] === 'messages'
  if (Math.random() < error_rate) throw refuse(isMessage ? 131000 : 2)
  if (!throttle) return
  if (isMessage) throw refuse(130429)
  throw new GraphError(call.world.wabas.has(call.path[0] ?? '') ? 80007 : 4)
}

/** After everything is done: what happens to the connection instead of the answer. */
export function drawFault(settings: Settings): Fault | undefined {
  if (Math.random() < settings.reset_after_rate) return 'reset'
  if (Math.random() < settings.hang_rate) return 'hang'
  return undefined
}
