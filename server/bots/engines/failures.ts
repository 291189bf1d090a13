// What went wrong in a call of an engine, as an outcome: whether a later try may help, and how long the other side wants to
// be left alone.

import type { Outcome } from './engine.ts'
import { NOTHING_TOLD } from './engine.ts'
import { Unreached } from './reach.ts'

type Failed = Extract<Outcome, { kind: 'failed' }>

/** An answer that makes no sense will make none on the next try either. */
export function malformed(message: string): Failed {
  return failed('malformed_answer', message, false)
}

export function failedStatus(answer: { status: number; headers: Record<string, string> }): Failed {
  const { status, headers } = answer
  const retry = status === 408 || status === 409 || status === 429 || status >= 500
  return failed(`http_${status}`, `The answer was HTTP ${status}.`, retry, retryAfterMs(headers))
}

export function failedCall(error: unknown): Failed {
  if (!(error instanceof Unreached)) throw error
  const retry = error.code === 'unreachable' || error.code === 'timeout' || error.code === 'aborted'
  return failed(error.code, error.message, retry)
}

export function failed(code: string, message: string, retry: boolean, wait_ms = 0): Failed {
  return { ...NOTHING_TOLD, kind: 'failed', retry, wait_ms, problem: { code, message } }
}

const MOST_WAIT_MS = 60_000

/** `Retry-After` in seconds; at most a minute of it is believed. */
export function retryAfterMs(headers: Record<string, string> | undefined): number {
  const seconds = Number(headers?.['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MOST_WAIT_MS) : 0
}

/** An error and what caused it, the outermost first. */
export function errorsOf(error: unknown): Error[] {
  const found: Error[] = []
  for (let one = error; one instanceof Error && found.length < 8 && !found.includes(one); one = one.cause) {
    found.push(one)
  }
  return found
}
