// Ready means: the database answers, and every worker of this process has looked at its queue lately.

import type { Loop } from '../db/lease.ts'
import type { House } from '../house.ts'
import { ping } from './queries.ts'

export type Readiness = { status: 'ready' | 'not_ready'; checks: Record<string, string> }

const PING_TIMEOUT_MS = 2_000
/** Beyond its own sleep: the doctor looks once a minute. */
const STALE_MS = 30_000

export async function readiness(house: House, loops: Record<string, Loop>): Promise<Readiness> {
  const checks: Record<string, string> = { database: await database(house) }
  for (const [name, loop] of Object.entries(loops)) checks[name] = worker(loop)
  const ready = Object.values(checks).every(check => check === 'ok')
  return { status: ready ? 'ready' : 'not_ready', checks }
}

async function database(house: House): Promise<string> {
  const late = new Promise<string>(resolve => {
    setTimeout(resolve, PING_TIMEOUT_MS, `no answer within ${PING_TIMEOUT_MS} ms`).unref()
  })
  const answer = ping(house.db).then(
    () => 'ok',
    () => 'unreachable',
  )
  return Promise.race([answer, late])
}

function worker(loop: Loop): string {
  const last = loop.last_success_at()
  if (last === undefined) return 'has not looked at its queue yet'
  const ago = Date.now() - last
  return ago < loop.longest_sleep_ms + STALE_MS || loop.busy() > 0
    ? 'ok'
    : `last looked at its queue ${Math.round(ago / 1000)} s ago`
}
