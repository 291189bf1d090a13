// What the AI SDK throws, as an outcome: whether a later try may help, and a sentence that holds no secret.

import type { Outcome } from './engine.ts'
import { errorsOf, failed, retryAfterMs } from './failures.ts'
import { Unreached } from './reach.ts'

type Failed = Extract<Outcome, { kind: 'failed' }>

type ApiError = Error & { statusCode?: number; responseHeaders?: Record<string, string> }

const LONGEST = 300

export function explainModelError(error: unknown, apiKey: string | null): Failed {
  const errors = errorsOf(error)
  const unreached = errors.find(one => one instanceof Unreached) as Unreached | undefined
  if (unreached) return failed(unreached.code, unreached.message, unreached.code !== 'not_public')
  const api = errors.find(one => one.name === 'AI_APICallError') as ApiError | undefined
  const message = withoutSecret(api?.message ?? errors[0]?.message ?? String(error), apiKey)
  if (api?.statusCode !== undefined && (api.statusCode < 200 || api.statusCode > 299)) {
    const { statusCode, responseHeaders } = api
    const retry = statusCode === 408 || statusCode === 409 || statusCode === 429 || statusCode >= 500
    return failed(`http_${statusCode}`, message, retry, retryAfterMs(responseHeaders))
  }
  if (errors.some(one => /^(AbortError|TimeoutError)$/.test(one.name))) {
    return failed('timeout', 'The model did not answer in time.', true)
  }
  // An answer that could not be read: cut off, or not what was promised. The next may be whole.
  return failed('malformed_answer', message, true)
}

function withoutSecret(message: string, apiKey: string | null): string {
  const clean = apiKey ? message.replaceAll(apiKey, '***') : message
  return clean.replace(/\s+/g, ' ').slice(0, LONGEST).toWellFormed()
}
