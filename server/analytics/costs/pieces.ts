// A range cut where prices may change: at its own days, and in the account's time zone at months (volume steps and allowances
// begin anew) and at the days of cards and rules. Before them stands the month so far, which decides about the steps.

import type { Range } from '../range.ts'
import type { Card } from '../rates/book.ts'
import { ruleDays } from '../rates/rules.ts'
import { dateAt, type Span, startOfDay } from '../zones.ts'

export type Piece = Span & {
  /** The day of the range that it belongs to; undefined: it lies before the range. */
  day: string | undefined
  /** On the account's calendar. */
  billing_day: string
  month: string
}

export function piecesOf(
  range: Pick<Range, 'start' | 'end' | 'days'>,
  timezone: string,
  cards: readonly Card[],
): Piece[] {
  const cuts = cutsOf(timezone, range, cards)
  const month_start = startOfDay(timezone, `${dateAt(timezone, range.start).slice(0, 7)}-01`)
  const before = month_start < range.start ? [{ start: month_start, end: range.start, date: undefined }] : []
  return [...before, ...range.days].flatMap(({ start, end, date }) => {
    const inside = cuts.filter(cut => cut > start && cut < end)
    return [start, ...inside].map((at, n) => {
      const billing_day = dateAt(timezone, at)
      return { start: at, end: inside[n] ?? end, day: date, billing_day, month: billing_day.slice(0, 7) }
    })
  })
}

function cutsOf(timezone: string, { start, end }: Span, cards: readonly Card[]): number[] {
  const first = dateAt(timezone, start).slice(0, 7)
  const last = dateAt(timezone, end)
  const days = new Set(cards.flatMap(card => [card.effective_from, card.effective_until ?? '']))
  for (const day of ruleDays()) days.add(day)
  for (let month = first; month <= last.slice(0, 7); month = nextMonth(month)) days.add(`${month}-01`)
  const inside = [...days].filter(day => day >= `${first}-01` && day <= last)
  return inside.map(day => startOfDay(timezone, day)).sort((a, b) => a - b)
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7)
}
