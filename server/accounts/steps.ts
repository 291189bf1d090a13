// The steps of onboarding by name, and how one that fails is told: which step, what Meta said, what to do.

import { type ErrorCode, type FailureOptions, fail } from '../kit/errors.ts'
import { refusalFailure } from '../meta/refuse.ts'
import type { Refusal, Result } from '../meta/request.ts'

const STEPS = {
  exchange_code: "Exchanging Embedded Signup's code for a token",
  inspect_token: 'Inspecting the access token',
  find_waba: 'Finding the WABA that the token was granted for',
  read_waba: 'Reading the WABA',
  read_phone_number: 'Reading the phone number',
  subscribe_app: "Subscribing the app to the WABA's webhooks",
  register_number: 'Registering the phone number',
  pull_templates: 'Pulling the templates',
  unsubscribe_app: "Unsubscribing the app from the WABA's webhooks",
} as const

export type Step = keyof typeof STEPS

/** What any step may fail with, for the routes that take some. */
export const META_ERRORS: readonly ErrorCode[] = [
  'meta_rejected',
  'meta_token_invalid',
  'meta_rate_limited',
  'meta_unavailable',
  'meta_unexpected',
]

/** What the step gave, or its failure. */
export function must<T>(step: Step, result: Result<T>): T {
  if (result.ok) return result.value
  throw stepFailure(step, result)
}

export function stepFailure(step: Step, refusal: Refusal): Error {
  const { problem, reason } = refusal
  const why = problem ? `${problem.cause} ${problem.next_step}` : `${reason} Call again in a moment.`
  return refusalFailure(refusal, { message: `${STEPS[step]} failed: ${why}`, details: { step } })
}

/** A step that failed by our own judgement. `param` is the field of the body that is to blame. */
export function failStep(step: Step, code: ErrorCode, options: FailureOptions & { message: string }): never {
  const { param, message } = options
  const issues = param === undefined ? {} : { issues: [{ param, message }] }
  fail(code, { ...options, details: { step, ...issues, ...options.details } })
}
