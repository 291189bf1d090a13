// The partitions of events, a week each: made long before they are needed, and dropped when all in them is older than what
// is kept. Nothing waits for either.

import type { House } from '../house.ts'
import { detachWeek, dropWeek, finishDetaching, listWeeks, makeWeeks } from './weekQueries.ts'

/** Without a partition nothing could be sent, so there are enough for two months in which no process of Carom starts. */
const AHEAD_WEEKS = 8

type Parts = Pick<House, 'db' | 'config' | 'log'>

/** At every start, and now and then. */
export async function prepareWeeks({ db }: Parts): Promise<void> {
  await makeWeeks(db, AHEAD_WEEKS)
}

/** Any number of processes may try at once; who comes second finds it done. */
export async function dropOldWeeks({ db, config, log }: Parts): Promise<void> {
  for (const week of await listWeeks(db, config.CAROM_EVENT_DAYS)) {
    try {
      if (week.state === 'attached') await detachWeek(db, week.name)
      if (week.state === 'detaching') await finishDetaching(db, week.name)
      await dropWeek(db, week.name)
      log.info({ week: week.name }, 'Events that were kept long enough were dropped')
    } catch (error) {
      log.debug({ err: error, week: week.name }, 'A week of events could not be dropped now')
    }
  }
}
