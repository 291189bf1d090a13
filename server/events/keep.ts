// Keeps the tables of events in shape: partitions ahead of time, old ones dropped, and what no endpoint will ask for any
// more swept away, some at a time.

import { forgetDeleted, sweepDeleted, sweepDeliveries, sweepLines } from './keepQueries.ts'
import type { Events } from './room.ts'
import { dropOldWeeks, prepareWeeks } from './weeks.ts'

const BATCH = 5_000
/** What is left is for the next time. */
const MOST_BATCHES = 200

/** Now and then, in any process that works. */
export async function keepEvents(events: Events): Promise<void> {
  await prepareWeeks(events)
  await dropOldWeeks(events)
  const days = events.config.CAROM_EVENT_DAYS
  await untilDone(() => sweepDeliveries(events.db, days, BATCH))
  await untilDone(() => sweepDeleted(events.db, BATCH))
  await forgetDeleted(events.db)
  await untilDone(() => sweepLines(events.db, BATCH))
}

async function untilDone(sweep: () => Promise<number>): Promise<void> {
  for (let batch = 0; batch < MOST_BATCHES; batch++) if ((await sweep()) < BATCH) return
}
