// Messages of a campaign whose next try is due: each is sent, waits on, or is given up, as its campaign says.

import type { Transaction } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import type { OwnProblem } from '../settle.ts'
import { giveUp } from './attemptQueries.ts'
import { type Again, type Bulk, leaseAgain, lockAgain, postponeAgain } from './queries.ts'
import { leaseOf } from './store.ts'

export type { Again, Bulk } from './queries.ts'

/** `wait_ms`: not before then. `problem`: never. */
export type Fate =
  | { kind: 'send' }
  | { kind: 'wait'; wait_ms: number }
  | { kind: 'drop'; problem: OwnProblem }

/** Answers what is to be sent, under a lease, and the places of recipients who get nothing. */
export async function takeBulkAgain(
  messages: Messages,
  tx: Transaction,
  campaign_id: string,
  limit: number,
  judge: (again: Again[]) => Promise<(one: Again) => Fate>,
): Promise<{ bulks: Bulk[]; dropped: number[] }> {
  const due = await lockAgain(tx, campaign_id, limit)
  if (due.length === 0) return { bulks: [], dropped: [] }
  const fateOf = await judge(due)
  const sent: string[] = []
  const waits: { id: string; in_ms: number }[] = []
  const given_up = new Map<OwnProblem, string[]>()
  for (const one of due) {
    const fate = fateOf(one)
    if (fate.kind === 'send') sent.push(one.id)
    else if (fate.kind === 'wait') waits.push({ id: one.id, in_ms: fate.wait_ms })
    else given_up.set(fate.problem, [...(given_up.get(fate.problem) ?? []), one.id])
  }
  if (waits.length > 0) await postponeAgain(tx, waits)
  const dropped: number[] = []
  for (const [problem, ids] of given_up) {
    dropped.push(...(await giveUp(tx, campaign_id, problem, messages.clock.now(), ids.length, ids)))
  }
  return { bulks: sent.length === 0 ? [] : await leaseAgain(tx, sent, leaseOf(messages)), dropped }
}
