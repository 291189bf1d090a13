// How this room says no: to a body, and for Meta.

import { markTokenInvalid } from '../accounts/room.ts'
import { type ErrorCode, fail, type Issue } from '../kit/errors.ts'
import { refusalFailure } from '../meta/refuse.ts'
import type { Refusal } from '../meta/request.ts'
import type { Media } from './room.ts'

export const META_ERRORS: readonly ErrorCode[] = [
  'meta_rejected',
  'meta_token_invalid',
  'meta_rate_limited',
  'meta_unavailable',
  'meta_unexpected',
]

export function failInvalid(issues: Issue[]): never {
  const [first] = issues
  return fail('invalid_parameter', {
    message: first?.message ?? 'The body has problems.',
    ...(first ? { param: first.param } : {}),
    details: { issues },
  })
}

/** Always throws. A refused token is remembered at its account. */
export async function failAtMeta(
  media: Media,
  account_id: string,
  refusal: Refusal,
  doing: string,
): Promise<never> {
  if (refusal.token_invalid) await markTokenInvalid(media.accounts, account_id)
  const { problem, reason } = refusal
  const why = problem ? `${problem.cause} ${problem.next_step}` : `${reason} Try again in a moment.`
  throw refusalFailure(refusal, { message: `${doing} failed: ${why}` })
}
