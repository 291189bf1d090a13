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
