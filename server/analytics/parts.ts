// Stretches of time as parts of UTC days, which is how roll-ups are kept.

import { DAY_MS, type Span } from './zones.ts'

/** The quarter hours `lo + 1` to `hi` (of 96) of a day; `span` is the number of the stretch that they belong to. */
export type Part = { span: number; day: string; lo: number; hi: number }

const QUARTER_MS = 900_000

export function partsOf(spans: readonly Span[]): Part[] {
  return spans.flatMap(({ start, end }, span) => {
    const parts: Part[] = []
    for (let at = start; at < end; ) {
      const midnight = Math.floor(at / DAY_MS) * DAY_MS
      const until = Math.min(end, midnight + DAY_MS)
      const day = new Date(midnight).toISOString().slice(0, 10)
      parts.push({ span, day, lo: quarter(at - midnight), hi: quarter(until - midnight) })
      at = until
    }
    return parts.filter(part => part.hi > part.lo)
  })
}

function quarter(ms: number): number {
  return Math.round(ms / QUARTER_MS)
}
