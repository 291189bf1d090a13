// Runs a handler at most once per Idempotency-Key, across processes and crashes: claim the key under a lease, run,
// keep the answer, send it. What keeps the rows is behind IdempotencyStore.

import { createHash } from 'node:crypto'
import { describe, type ErrorCode, Failure, fail } from '../kit/errors.ts'
import { isUuid } from '../kit/ids.ts'
import type { Answer, Claim, ClaimResult, Door } from './door.ts'
import { problemOf } from './problems.ts'
import { type Rendered, storable } from './render.ts'
import type { Call, Reply, Route } from './route.ts'

export type Job<Tx> = { route: Route<Tx>; call: Call<Tx>; render(reply: Reply): Rendered }

/** Runs the handler, in a transaction where the route wants one. Nothing of the database is touched for keys. */
export async function runOnce<Tx>(door: Door<Tx>, job: Job<Tx>): Promise<Rendered> {
  const { route, call, render } = job
  if (route.method === 'GET') return render(await route.handle(call))
  if (route.idempotency !== 'transaction') return audited(door, job, render(await route.handle(call)))
  return door.transaction(async tx => {
    call.db = tx
    return audited(door, job, render(await route.handle(call)), tx)
  })
}

/** The change is remembered with what was changed: its ids and the names of its fields. */
async function audited<Tx>(door: Door<Tx>, job: Job<Tx>, made: Rendered, tx?: Tx): Promise<Rendered> {
  const { route, call } = job
  if (!door.audit || route.audited === false || route.scope === 'public') return made
  const ids = Object.entries((call.params ?? {}) as Record<string, string>).map(([name, value]) =>
    name === 'contact' && !isUuid(value) ? masked(value) : value,
  )
  const is_object = typeof call.body === 'object' && call.body !== null && !Array.isArray(call.body)
  await door.audit(tx, {
    tenant_id: call.tenant_id,
    key_id: call.caller.key_id,
    action: `${route.method} ${route.path}`,
    subject: ids.length === 0 ? null : ids.join(' '),
    fields: is_object ? Object.keys(call.body as object).slice(0, 50) : [],
    status: made.status,
    request_id: call.request_id,
  })
  return made
}

/** A person's address is not kept beside what was done about them: the last two characters tell two of them apart. */
function masked(address: string): string {
  return `…${address.slice(-2)}`
}

export async function runKeyed<Tx>(
  door: Door<Tx>,
  job: Job<Tx>,
  key: string,
  request_hash: Buffer,
): Promise<Rendered> {
  const { tenant_id } = job.call
  const { lease_ms } = door
  const claim = await door.idempotency.claim({ tenant_id, key, request_hash, lease_ms })
  if (claim.state === 'done') return replayed(claim.answer)
  if (claim.state === 'reused') fail('idempotency_key_reused')
  if (claim.state === 'in_use') fail('idempotency_key_in_use', { retry_after_s: claim.retry_after_s })
  job.call.idempotency_id = claim.id
  const renewal = setInterval(() => {
    door.idempotency.renew(claim, lease_ms).catch(warn(door, 'A lease on an Idempotency-Key was not renewed'))
  }, lease_ms / 3)
  try {
    return (await recovered(door, job, claim)) ?? (await run(door, job, claim))
  } finally {
    clearInterval(renewal)
  }
}

/** 1 to 255 printable ASCII characters. */
export function readKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string' && /^[\x20-\x7e]{1,255}$/.test(header)) return header
  fail('invalid_header', {
    message: 'Idempotency-Key must be 1 to 255 printable ASCII characters.',
    param: 'Idempotency-Key',
  })
}

/** Streamed bodies that the route does not `take` are told apart by their announced length alone. */
export function hashRequest(method: string, url: string, body: Buffer | string): Buffer {
  return createHash('sha256').update(`${method} ${url}\n`).update(body).digest()
}

async function recovered<Tx>(
  door: Door<Tx>,
  job: Job<Tx>,
  claim: { state: ClaimResult['state'] } & Claim,
): Promise<Rendered | undefined> {
  const { route, call } = job
  if (claim.state !== 'taken_over' || route.idempotency !== 'recover' || !route.recover) return undefined
  try {
    const found = await route.recover(call, claim.id)
    if (found.state === 'absent') return undefined
    if (found.state === 'done') return replayed(await keep(door, job, claim, job.render(found.reply)))
    fail('idempotency_key_in_use', { retry_after_s: found.retry_after_s })
  } catch (error) {
    const answer = final(error, job, door)
    if (answer) return replayed(await keep(door, job, claim, answer))
    await quietly(door, door.idempotency.handBack(claim))
    throw error
  }
}

async function run<Tx>(door: Door<Tx>, job: Job<Tx>, claim: Claim): Promise<Rendered> {
  try {
    if (job.route.idempotency === 'transaction') return await runAndKeep(door, job, claim)
    const made = await audited(door, job, job.render(await job.route.handle(job.call)))
    return await keep(door, job, claim, made)
  } catch (error) {
    if (error instanceof LeaseLost) fail('idempotency_key_in_use', { retry_after_s: 1 })
    const answer = final(error, job, door)
    if (answer) return await keep(door, job, claim, answer)
    await letGo(door, job, claim, error)
    throw error
  }
}

/** Effect and answer commit together, or neither. */
async function runAndKeep<Tx>(door: Door<Tx>, job: Job<Tx>, claim: Claim): Promise<Rendered> {
  const answer = await door.transaction(async tx => {
    job.call.db = tx
    const made = await audited(door, job, job.render(await job.route.handle(job.call)), tx)
    if (!isKept(made)) return made
    const kept = await door.idempotency.settleIn(tx, claim, storable(made), sealing(job))
    if (!kept) throw new LeaseLost()
    return made
  })
  if (!isKept(answer)) await quietly(door, door.idempotency.release(claim))
  return answer
}

/** The answer is stored before it is sent. When that fails the effect stands, and a replay finds out by itself. */
async function keep<Tx>(door: Door<Tx>, job: Job<Tx>, claim: Claim, made: Rendered): Promise<Rendered> {
  if (!isKept(made)) {
    await quietly(door, door.idempotency.release(claim))
    return made
  }
  let kept = true
  try {
    kept = await door.idempotency.settle(claim, storable(made), sealing(job))
  } catch (error) {
    warn(door, 'An answer could not be kept for its Idempotency-Key')(error)
  }
  if (!kept) fail('idempotency_key_in_use', { retry_after_s: 1 })
  return made
}

/** 5xx and 429 may be tried again, and a stream cannot be kept. */
function isKept({ status, body }: Rendered): boolean {
  return status < 500 && status !== 429 && !(typeof body === 'object' && !Buffer.isBuffer(body))
}

/** A failure that is the answer for good; undefined for those after which the same key may be used again. */
function final<Tx>(error: unknown, { route, call }: Job<Tx>, door: Door<Tx>): Rendered | undefined {
  if (!(error instanceof Failure) || error.options.unsettled || PASSING.has(error.code)) return undefined
  const problem = problemOf(error, call.request_id, door.isDatabaseDown, route.problem)
  const { status } = describe(error.code)
  if (status >= 500 || status === 429) return undefined
  return { status: problem.status, headers: problem.headers, body: problem.body }
}

const PASSING = new Set<ErrorCode>(['idempotency_key_in_use'])

/**
 * Where the outcome is open, the lease ends now and the next request asks `recover`. That is so when the handler says
 * it, and after any exception of a handler that reaches outside: it may have happened.
 */
async function letGo<Tx>(door: Door<Tx>, job: Job<Tx>, claim: Claim, error: unknown): Promise<void> {
  const open =
    error instanceof Failure
      ? error.options.unsettled === true || error.code === 'idempotency_key_in_use'
      : job.route.idempotency === 'recover'
  const { idempotency } = door
  await quietly(door, open ? idempotency.handBack(claim) : idempotency.release(claim))
}

function replayed(answer: Answer | Rendered): Rendered {
  return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } }
}

function sealing<Tx>({ route }: Job<Tx>): { sealed: boolean } {
  return { sealed: route.secret_reply === true }
}

/** The lease runs out by itself if this fails. */
function quietly<Tx>(door: Door<Tx>, work: Promise<void>): Promise<void> {
  return work.catch(warn(door, 'A lease on an Idempotency-Key could not be ended'))
}

function warn<Tx>(door: Door<Tx>, message: string): (err: unknown) => void {
  return err => door.log.warn({ err }, message)
}

class LeaseLost extends Error {}
