// Turns a call to Meta that did not succeed into the failure that the caller of the API is told.

import { type ErrorCode, Failure } from '../kit/errors.ts'
import type { Refusal } from './request.ts'

/** `message` and `details` say what was being done, for example `{ step: 'subscribe_app' }`. */
export function refusalFailure(
  refusal: Refusal,
  options: { message?: string; details?: Record<string, unknown> } = {},
): Failure {
  return new Failure(codeOf(refusal), {
    ...options,
    ...(refusal.problem ? { meta: refusal.problem } : {}),
    ...(refusal.kind === 'throttled'
      ? { retry_after_s: Math.max(1, Math.ceil((refusal.wait_ms ?? 0) / 1000)) }
      : {}),
  })
}

function codeOf(refusal: Refusal): ErrorCode {
  switch (refusal.kind) {
    case 'rejected':
      return refusal.token_invalid ? 'meta_token_invalid' : 'meta_rejected'
    case 'throttled':
      return 'meta_rate_limited'
    case 'transient':
    case 'unreachable':
      return 'meta_unavailable'
    case 'unexpected':
      return 'meta_unexpected'
  }
}
