// How long people waited for an answer, by who gave it.

import { timeOf } from './flow.ts'
import { type Filter, readCounts } from './queries.ts'
import type { Range } from './range.ts'
import type { Analytics } from './room.ts'

export type Waiting = { answers: number; median_seconds: number | null; p95_seconds: number | null }

export type Responses = { all: Waiting; bot: Waiting; hand: Waiting }

export async function readResponses(analytics: Analytics, filter: Filter, range: Range): Promise<Responses> {
  const counts = await readCounts(analytics.db, filter, 'response', timeOf([range]))
  const waits = counts.map(({ label, n }) => {
    const [by = '', seconds = ''] = label.split(':')
    return { by, seconds: Number(seconds), n }
  })
  const of = (by: string) => waitingOf(waits.filter(wait => wait.by === by))
  return { all: waitingOf(waits), bot: of('bot'), hand: of('hand') }
}

function waitingOf(waits: { seconds: number; n: number }[]): Waiting {
  const sorted = waits.sort((a, b) => a.seconds - b.seconds)
  const answers = sorted.reduce((sum, wait) => sum + wait.n, 0)
  return {
    answers,
    median_seconds: percentile(sorted, answers, 0.5),
    p95_seconds: percentile(sorted, answers, 0.95),
  }
}

/** The nearest rank: the shortest time within which that part of all were answered. */
function percentile(sorted: { seconds: number; n: number }[], answers: number, part: number): number | null {
  let before = 0
  for (const { seconds, n } of sorted) {
    before += n
    if (before >= Math.ceil(part * answers)) return seconds
  }
  return null
}
