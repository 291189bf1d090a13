// Calls to Graph other than sends: the outcome as a value, retried a few times where that cannot do harm.

import { backoffMs, sleep } from '../kit/backoff.ts'
import type { MetaProblem } from '../kit/errors.ts'
import { callGraph, type Graph, type GraphAnswer, type GraphCall } from './graph.ts'
import { regainMs } from './usage.ts'
import { explain, reactionTo, throttleWait } from './verdicts.ts'

/**
 * Why a call did not succeed. `problem` is there when Meta answered with an error of its own.
 * - rejected: Meta refused it for good; throttled: wait `wait_ms`; transient: not done, may succeed later;
 * - unreachable: Meta certainly did not act; unexpected: lost or not understood, Meta may have acted.
 */
export type Refusal = {
  ok: false
  kind: 'rejected' | 'throttled' | 'transient' | 'unreachable' | 'unexpected'
  reason: string
  problem?: MetaProblem
  token_invalid: boolean
  wait_ms?: number
}

export type Result<T> = { ok: true; value: T } | Refusal

export type Request<T> = Omit<GraphCall, 'deadline_ms'> & {
  /** For the log. */
  name: string
  /** Whether doing it twice does no harm: then it is retried also when the answer was lost. */
  idempotent: boolean
  deadline_ms?: number
  /** Reads the answer; undefined when it is not what was expected. */
  parse(body: unknown): T | undefined
}

const DEADLINE_MS = 15_000
const ATTEMPTS = 3

export async function request<T>(graph: Graph, request: Request<T>): Promise<Result<T>> {
  const end_ms = performance.now() + (request.deadline_ms ?? DEADLINE_MS)
  for (let attempt = 1; ; attempt++) {
    const began_ms = performance.now()
    const answer = await callGraph(graph, { ...request, deadline_ms: end_ms - began_ms })
    const result = judge(answer, request.parse)
    graph.observe.call?.(request.name, result.ok ? 'ok' : result.kind, performance.now() - began_ms)
    if (result.ok) return result
    const pause_ms = backoffMs(attempt, 250, 2000)
    const retry = attempt < ATTEMPTS && mayRetry(result, request) && performance.now() + pause_ms < end_ms
    if (!retry) {
      logRefusal(graph, request.name, result)
      return result
    }
    await sleep(pause_ms)
  }
}

function judge<T>(answer: GraphAnswer, parse: (body: unknown) => T | undefined): Result<T> {
  if (answer.kind === 'not_sent') return refusal('unreachable', answer.reason)
  if (answer.kind === 'lost') return refusal('unexpected', answer.reason)
  if (answer.error) {
    const problem = explain(answer.error)
    const reaction = reactionTo(answer.error)
    if (reaction.kind === 'throttle') {
      const wait_ms = Math.max(throttleWait(reaction, 1), regainMs(answer.headers))
      return { ...refusal('throttled', problem.cause), problem, wait_ms }
    }
    if (reaction.kind === 'transient') return { ...refusal('transient', problem.cause), problem }
    return { ...refusal('rejected', problem.cause, reaction.kind === 'token_invalid'), problem }
  }
  const value = answer.status < 300 && answer.body !== undefined ? parse(answer.body) : undefined
  if (value !== undefined) return { ok: true, value }
  return refusal('unexpected', `Meta answered HTTP ${answer.status} in a form that is not Meta's.`)
}

function refusal(kind: Refusal['kind'], reason: string, token_invalid = false): Refusal {
  return { ok: false, kind, reason, token_invalid }
}

/** An answered error object means "not done", so a transient one may be repeated; a lost answer only if idempotent. */
function mayRetry<T>(result: Refusal, request: Request<T>): boolean {
  if (request.signal?.aborted) return false
  if (result.kind === 'unreachable' || result.kind === 'transient') return true
  return result.kind === 'unexpected' && request.idempotent
}

function logRefusal(graph: Graph, call: string, result: Refusal): void {
  const { problem, kind, reason } = result
  const meta = problem && {
    meta_code: problem.code,
    subcode: problem.subcode,
    fbtrace_id: problem.fbtrace_id,
  }
  graph.log.warn({ call, kind, reason, ...meta }, 'A call to Meta did not succeed')
}
