// The load generator as a program of its own, the same one for both sides.

import { serve } from '../channel.ts'
import { type Run, run } from '../load/run.ts'
import { type SendPlan, sends } from '../load/sends.ts'
import { webhooks } from '../load/webhooks.ts'
import { PEOPLE } from '../world.ts'
import type { Taken } from './fakeMeta.ts'

let strangers = PEOPLE
let messages: Taken[] = []
let bodies: Buffer[] = []
let made = 0

serve('', {
  async send({ plan, ...how }: Run & { plan: SendPlan }) {
    const request = sends(plan, strangers)
    return run(how, () => {
      strangers++
      return request()
    })
  },
  /** Statuses will be about these. */
  know(taken: Taken[]) {
    messages = taken
  },
  /** Makes and signs that many webhooks ahead of time, others than ever before. */
  prepare(count: number) {
    bodies = webhooks(messages, made, count)
    made += count
  },
  async post(how: Run) {
    let at = 0
    const outcome = await run(how, () => bodies[at++ % bodies.length] as Buffer)
    return { ...outcome, posted: at }
  },
})
