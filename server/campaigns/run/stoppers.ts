// Answers of Meta that are not about one recipient: whoever is next gets the same. A campaign pauses at the first of them.

import type { MetaProblem } from '../../kit/errors.ts'
import { explain } from '../../meta/verdicts.ts'

/** What a program reads in `pause_reason.code`, by Meta's numbers. */
const STOPPERS: Record<string, readonly number[]> = {
  payment_problem: [131042],
  token_invalid: [0, 102, 190, 200],
  permission_missing: [3, 10, 131005],
  account_restricted: [368, 131031],
  quality_low: [131048],
  template_misclassified: [131064],
  template_paused: [132015],
  template_unavailable: [132001, 132007, 132016, 132068, 132069],
  number_unavailable: [33, 131037, 131045, 131063, 133010, 134011],
}

const byNumber = new Map(
  Object.entries(STOPPERS).flatMap(([code, numbers]) => numbers.map(number => [number, code] as const)),
)

export const STOPPER_CODES: string[] = [...byNumber.keys()].map(String)

/** Why a campaign must stop after this answer; undefined: it was about the recipient. */
export function stopReason(
  problem: Pick<MetaProblem, 'code' | 'title' | 'cause' | 'next_step'>,
): { code: string; message: string } | undefined {
  const code = byNumber.get(problem.code)
  if (code === undefined) return undefined
  return {
    code,
    message: `Meta answered ${problem.code} (${problem.title}): ${problem.cause} ${problem.next_step} Then resume the campaign.`,
  }
}

export function stopReasonOf(code: number): { code: string; message: string } | undefined {
  return stopReason(explain({ code }))
}

/** Once the operator has put it in order, these can succeed although the same request never could. */
export function mayFollow(code: string): boolean {
  return byNumber.has(Number(code))
}
