// Deletes what was kept long enough, in the background: some rows of each kind at a time, each statement a short
// transaction, with a pause as long as the work between them.

import { forgetTurns } from '../bots/turn/forget.ts'
import { forgetThreads } from '../conversations/forget.ts'
import { type Loop, startLoop } from '../db/lease.ts'
import { forgetNotices, forgetRaw } from '../inbox/forget.ts'
import { sleep } from '../kit/backoff.ts'
import { forgetExpiredMedia } from '../media/forget.ts'
import { forgetChanges, forgetMessages } from '../messages/forget.ts'
import { cutoffs, endTurn, takeTurn } from './queries.ts'
import type { Retention } from './room.ts'

const BATCH = 2_000
/** Longer than a turn: storage of mirrored media may be slow. */
const LEASE_S = 15 * 60
/** A process that is asked to stop waits for the turn. */
const TURN_MS = 10_000
const EVERY_S = 10 * 60
const POLL_MS = 10_000
const LEAST_PAUSE_MS = 20

export function startRetention(retention: Retention): Loop {
  return startLoop<true>({
    name: 'retention',
    claim: async () => ((await takeTurn(retention.db, LEASE_S)) ? [true] : []),
    work: () => oneTurn(retention),
    limit: 1,
    concurrency: 1,
    poll_ms: POLL_MS,
    log: retention.log,
  })
}

async function oneTurn(retention: Retention): Promise<void> {
  const end_ms = performance.now() + TURN_MS
  let left = true
  try {
    while (left && performance.now() < end_ms) {
      const began_ms = performance.now()
      left = await forgetSome(retention, BATCH)
      await sleep(Math.max(LEAST_PAUSE_MS, Math.min(performance.now() - began_ms, 1_000)))
    }
  } finally {
    await endTurn(retention.db, left ? 1 : EVERY_S)
  }
}

/** Everything that is too old now, for who has the time to wait. */
export async function forgetAll(retention: Retention, batch = BATCH): Promise<void> {
  for (let left = true; left; ) left = await forgetSome(retention, batch)
}

/** Some of each kind. Answers whether there may be more. */
async function forgetSome(retention: Retention, limit: number): Promise<boolean> {
  const { db, clock, config, inbox, messages, media, conversations, bots } = retention
  const old = await cutoffs(db, config.CAROM_MESSAGE_DAYS, clock.now())
  const counts: Record<string, number> = {
    raw_webhooks: await forgetRaw(inbox, config.CAROM_RAW_WEBHOOK_DAYS, limit),
    messages: await forgetMessages(messages, old, limit),
    message_changes: await forgetChanges(messages, old, limit),
    media: await forgetExpiredMedia(media, old, limit),
    turns: await forgetTurns(bots, old, limit),
    threads: await forgetThreads(conversations, old, limit),
    notices: await forgetNotices(inbox, old, limit),
  }
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  if (some.length > 0) retention.log.info(Object.fromEntries(some), 'What was kept long enough was deleted')
  return some.some(([, count]) => count >= limit)
}
