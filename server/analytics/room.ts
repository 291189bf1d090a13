// The room of analytics: counts kept beside the messages, and what they cost. It stands below the rooms that send; only the
// recount (recountQueries.ts) looks at messages themselves.

import type { Accounts } from '../accounts/room.ts'
import type { House } from '../house.ts'
import { type Book, openBook } from './rates/book.ts'
import { seedRateCards } from './rates/seed.ts'

export type Analytics = House & { accounts: Accounts; book: Book }

export function openAnalytics(house: House, accounts: Accounts): Analytics {
  return { ...house, accounts, book: openBook(house.db, house.listener) }
}

/** At start, before anything is priced: the rate cards that come with Carom are in the database. */
export function prepareAnalytics(analytics: Analytics): Promise<void> {
  return seedRateCards(analytics.db, analytics.clock.now())
}
