// How this room says no to a body.

import { Failure, type Issue } from '../kit/errors.ts'

/** All problems of a body at once. */
export function invalid(issues: Issue[]): Failure {
  const [first] = issues
  return new Failure('invalid_parameter', {
    message: first?.message ?? 'The body has problems.',
    ...(first ? { param: first.param } : {}),
    details: { issues },
  })
}

export function refuseBody(message: string): never {
  throw invalid([{ param: 'body', message }])
}

/** Not an answer to be kept for an Idempotency-Key: the client did not hear it, and will try again. */
export function cutOff(): Failure {
  const message = 'The connection ended before the whole body had arrived.'
  return new Failure('malformed_json', { message, unsettled: true })
}
