// Holds the roll-ups of a range against the messages themselves, and mends them where they differ. For operators: it reads
// every message of the range. Traffic goes on meanwhile.

import type { Database, Transaction } from '../db/pool.ts'
import {
  attributeAnew,
  beginSnapshot,
  type Days,
  type Difference,
  findDifferences,
  holdFolding,
  nextThreads,
  recount,
  replaceRollups,
  type Threads,
  takeTime,
} from './recountQueries.ts'

export type { Difference }

export type Verified = {
  /** At most a thousand. */
  differences: Difference[]
  /** Messages whose `replied_at` or answering time does not follow from the messages around them. */
  wrong_replies: number
}

const MOST_SHOWN = 1_000
const THREADS_AT_ONCE = 2_000

/** Changes nothing. What is compared is one snapshot. */
export async function verifyRollups(db: Database, days: Days): Promise<Verified> {
  const differences = await db.transaction(async tx => {
    await beginSnapshot(tx)
    await recount(tx, days)
    return findDifferences(tx, days, MOST_SHOWN)
  })
  return { differences, wrong_replies: await countWrongReplies(db, days) }
}

/** Afterwards the roll-ups of these days are what a recount gives, and who answered whom is worked out anew. */
export async function rebuildRollups(db: Database, days: Days): Promise<{ wrong_replies: number }> {
  const wrong_replies = await forThreads(db, days, threads =>
    db.transaction(tx => attributeAnew(tx, threads, days.from)),
  )
  await rebuildCounts(db, days)
  return { wrong_replies }
}

/** The roll-ups alone: what the messages say of themselves is believed. */
export async function rebuildCounts(db: Database, days: Days): Promise<void> {
  await db.transaction(async held => {
    await holdFolding(held)
    await db.transaction(tx => replace(tx, days))
  })
}

async function replace(tx: Transaction, days: Days): Promise<void> {
  await beginSnapshot(tx)
  await recount(tx, days)
  await replaceRollups(tx, days)
}

/** They are put right, counted, and left as they were. */
function countWrongReplies(db: Database, days: Days): Promise<number> {
  return forThreads(db, days, async threads => {
    let wrong = 0
    await db
      .transaction(async tx => {
        wrong = await attributeAnew(tx, threads, days.from)
        if (wrong > 0) throw new TakenBack()
      })
      .catch(error => {
        if (!(error instanceof TakenBack)) throw error
      })
    return wrong
  })
}

class TakenBack extends Error {}

async function forThreads(
  db: Database,
  days: Days,
  work: (threads: Threads) => Promise<number>,
): Promise<number> {
  let sum = 0
  for (let last: Threads[number] | undefined; ; ) {
    const threads = await db.transaction(async tx => {
      await takeTime(tx)
      return nextThreads(tx, days, last, THREADS_AT_ONCE)
    })
    if (threads.length > 0) sum += await work(threads)
    last = threads.at(-1)
    if (threads.length < THREADS_AT_ONCE) return sum
  }
}
