// Failed messages of a campaign make way for a newer attempt, or count again because they arrived after all.

import type { Queryable } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import type { OwnProblem } from '../settle.ts'
import { type Cause, causes, giveUp, revive, type Superseded, supersede } from './attemptQueries.ts'

export type { Cause, Superseded } from './attemptQueries.ts'

export function causesOf(db: Queryable, campaign_id: string): Promise<Cause[]> {
  return causes(db, campaign_id)
}

/**
 * Answers the messages that count no more, at most so many (of `ids`, where they are given): their recipients must go back
 * into the queue in `tx`.
 */
export function supersedeFailed(
  tx: Queryable,
  campaign_id: string,
  codes: string[],
  limit: number,
  ids: string[] | null = null,
): Promise<Superseded[]> {
  return supersede(tx, campaign_id, codes, limit, ids)
}

/** Which of these messages were delivered, late proof outranking their failure. */
export function reviveBulk(tx: Queryable, ids: string[]): Promise<Set<string>> {
  return revive(tx, ids)
}

/** The campaign was cancelled: what waits for its next try is not sent. Answers the places of the recipients. */
export function giveUpWaiting(
  messages: Messages,
  tx: Queryable,
  campaign_id: string,
  limit: number,
): Promise<number[]> {
  return giveUp(tx, campaign_id, cancelled, messages.clock.now(), limit)
}

const cancelled: OwnProblem = {
  code: 'campaign_cancelled',
  title: 'Campaign cancelled',
  cause: 'The campaign was cancelled while this message waited for its next try; Meta never took it.',
  fix_by: 'sender',
  retry: 'never',
  next_step: 'Send it in a new campaign if it is still wanted.',
}
