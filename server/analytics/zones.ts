// Days and hours of any IANA time zone as instants. Clock changes, half-hour offsets and days without a midnight included.

import { offsetMs } from '../kit/timezone.ts'

/** A stretch of time, in milliseconds since 1970; the end does not belong to it. */
export type Span = { start: number; end: number }

const MINUTE_MS = 60_000
const QUARTER_MS = 15 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** YYYY-MM-DD on the zone's calendar. */
export function dateAt(zone: string, at: number): string {
  return new Date(at + offsetMs(zone, at)).toISOString().slice(0, 10)
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

/** From and to belong to it. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1
}

/** The first instant of a day; where the clocks jump over midnight it is not 00:00. */
export function startOfDay(zone: string, date: string): number {
  const midnight = Date.parse(date)
  const guess = midnight - offsetMs(zone, midnight - offsetMs(zone, midnight))
  if (isStart(zone, date, guess)) return guess
  for (let at = midnight - 16 * HOUR_MS; at <= midnight + 16 * HOUR_MS; at += QUARTER_MS) {
    if (dateAt(zone, at) >= date) return at
  }
  return midnight
}

function isStart(zone: string, date: string, at: number): boolean {
  return dateAt(zone, at) === date && dateAt(zone, at - 1) < date
}

/** The hours of a stretch, each from one full hour on the zone's clocks to the next. */
export function hoursOf(zone: string, { start, end }: Span): Span[] {
  const starts = [start]
  const steady = offsetMs(zone, start) === offsetMs(zone, end - 1)
  const step = steady ? HOUR_MS : QUARTER_MS
  for (let at = start + step; at < end; at += step) {
    if (steady || (at + offsetMs(zone, at)) % HOUR_MS === 0) starts.push(at)
  }
  return starts.map((at, n) => ({ start: at, end: starts[n + 1] ?? end }))
}
