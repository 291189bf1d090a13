// Quiet hours: between two local times nothing is sent, by the clock on the recipient's wall. Which wall that is, the number
// tells; where it does not, the business number's country stands in.

import { getCountry } from 'countries-and-timezones'
import type { QuietHours } from '../schema.ts'
import { mainZone, zoneOfArea } from './areas.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440

export type Person = { alias_kind: 'phone' | 'user_id'; alias: string; country: string | null }

/** The IANA zone of a recipient. A business-scoped user id begins with its country. */
export function zoneOf({ alias_kind, alias, country }: Person): string | undefined {
  if (alias_kind === 'user_id') return zoneOfCountry(alias.slice(0, 2))
  return zoneOfArea(alias) ?? (country === null ? undefined : zoneOfCountry(country))
}

const known = new Map<string, string | undefined>()

export function zoneOfCountry(country: string): string | undefined {
  if (!known.has(country)) {
    known.set(country, mainZone(country) ?? getCountry(country as 'DE')?.timezones[0])
  }
  return known.get(country)
}

export type Quiet = {
  /** Until when nothing may be sent there; undefined: now is a good time. */
  until(zone: string): Date | undefined
}

/** Good for one moment: answers are kept by zone, since a slice of recipients lives in few. */
export function openQuiet(hours: QuietHours, now: Date): Quiet {
  const answers = new Map<string, Date | undefined>()
  return {
    until(zone) {
      if (!answers.has(zone)) answers.set(zone, quietUntil(hours, zone, now))
      return answers.get(zone)
    },
  }
}

export function quietUntil({ start, end }: QuietHours, zone: string, now: Date): Date | undefined {
  const [from, to] = [minutesOf(start), minutesOf(end)]
  const offset_ms = offsetOf(zone, now)
  const minute = Math.floor((now.getTime() + offset_ms) / MINUTE_MS) % DAY_MINUTES
  const isQuiet = from < to ? minute >= from && minute < to : from !== to && (minute >= from || minute < to)
  if (!isQuiet) return undefined
  const left = (to - minute + DAY_MINUTES) % DAY_MINUTES
  const end_ms = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS
  // Where the clock is changed meanwhile, the hour on the wall counts.
  return new Date(end_ms + offset_ms - offsetOf(zone, new Date(end_ms)))
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** How far the wall clock is ahead of UTC, in milliseconds. A zone that this machine does not know is UTC. */
export function offsetOf(zone: string, at: Date): number {
  const parts = Object.fromEntries(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const wall_ms = Date.UTC(year, month - 1, day, hour, minute, second)
  return wall_ms - Math.floor(at.getTime() / 1000) * 1000
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const made = clocks.get(zone) ?? makeClock(zone)
  clocks.set(zone, made)
  return made
}

function makeClock(timeZone: string): Intl.DateTimeFormat {
  const shown = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  } as const
  const options = { ...shown, second: 'numeric', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone })
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' })
  }
}
