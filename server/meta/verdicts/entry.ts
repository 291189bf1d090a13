// The form of one line of the table of Meta's error codes. The lines are written as tuples, so that a page of them
// can be read from top to bottom.

import type { MetaProblem } from '../../kit/errors.ts'

/**
 * How a send that got this code behaves:
 * - `reject`: the same request can never succeed, or not before somebody changed something;
 * - `transient`: not taken, and a retry in a moment may succeed (after at least `wait_ms`);
 * - `throttle`: not taken, because of a rate; wait `base_ms × factor^(attempt-1)`, at most `cap_ms`;
 * - `token_invalid`: the account's token is of no use any more.
 */
export type Reaction =
  | { kind: 'reject' }
  | { kind: 'token_invalid' }
  | { kind: 'transient'; wait_ms: number }
  | { kind: 'throttle'; base_ms: number; factor: number; cap_ms: number }

/** title, cause, who can fix it, when a retry makes sense, what to do next, how a send reacts (default: reject). */
export type Line = readonly [
  title: string,
  cause: string,
  fix_by: MetaProblem['fix_by'],
  retry: MetaProblem['retry'],
  next_step: string,
  reaction?: Reaction,
]

export type Table = Readonly<Record<number, Line>>

export const TOKEN_INVALID: Reaction = { kind: 'token_invalid' }
export const REJECT: Reaction = { kind: 'reject' }

export function transient(wait_ms: number): Reaction {
  return { kind: 'transient', wait_ms }
}

export function throttle(base_ms: number, factor: number, cap_ms: number): Reaction {
  return { kind: 'throttle', base_ms, factor, cap_ms }
}
