// The time that a call asks about: `days` up to today, or from one date to another, on the calendar of a time zone.

import { fail } from '../kit/errors.ts'
import { isTimezone } from '../kit/timezone.ts'
import { addDays, countDays, dateAt, type Span, startOfDay } from './zones.ts'

export type RangeQuery = { days?: number; from?: string; to?: string; timezone?: string }

export type Day = Span & { date: string }

export type Range = Span & { from: string; to: string; timezone: string; days: Day[] }

export const MOST_DAYS = 90
const DEFAULT_DAYS = 30

/** Refuses what is not 1 to 90 days. `from` alone reaches to today, `to` alone begins `days` (30) before. */
export function rangeOf(query: RangeQuery, now: number): Range {
  const timezone = query.timezone ?? 'UTC'
  if (!isTimezone(timezone)) {
    refuse('timezone', `\`timezone\` must be an IANA time zone like Europe/Berlin, not ${timezone}.`)
  }
  if (query.days !== undefined && query.from !== undefined) {
    refuse('days', '`days` and `from` say two things; leave one of them out.')
  }
  const to = query.to ?? dateAt(timezone, now)
  const from = query.from ?? addDays(to, 1 - (query.days ?? DEFAULT_DAYS))
  const count = countDays(from, to)
  if (count < 1) refuse('to', '`to` lies before `from`; name the earlier date first.')
  if (count > MOST_DAYS) {
    refuse('from', `\`from\` to \`to\` are ${count} days; ask for at most ${MOST_DAYS} at a time.`)
  }
  const dates = Array.from({ length: count + 1 }, (_, n) => addDays(from, n))
  const starts = dates.map(date => startOfDay(timezone, date))
  const days = dates.slice(0, -1).map((date, n) => ({ date, start: at(starts, n), end: at(starts, n + 1) }))
  return { from, to, timezone, days, start: at(starts, 0), end: at(starts, count) }
}

function at(list: number[], n: number): number {
  return list[n] as number
}

function refuse(param: string, message: string): never {
  fail('invalid_parameter', { param, message, details: { issues: [{ param, message }] } })
}
