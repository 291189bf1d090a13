// Quiet hours: between two local times nothing is sent, by the clock on the recipient's wall. Which wall that is, the number
// tells; where it does not, the business number's country stands in.

import { getCountry } from 'countries-and-timezones'
import { isTimezone, offsetMs } from '../../kit/timezone.ts'
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
  const offset_ms = aheadMs(zone, now.getTime())
  const minute = Math.floor((now.getTime() + offset_ms) / MINUTE_MS) % DAY_MINUTES
  const isQuiet = from < to ? minute >= from && minute < to : from !== to && (minute >= from || minute < to)
  if (!isQuiet) return undefined
  const left = (to - minute + DAY_MINUTES) % DAY_MINUTES
  const end_ms = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS
  // Where the clock is changed meanwhile, the hour on the wall counts.
  return new Date(end_ms + offset_ms - aheadMs(zone, end_ms))
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

/** A zone that this machine does not know is UTC. */
function aheadMs(zone: string, at_ms: number): number {
  return isTimezone(zone) ? offsetMs(zone, at_ms) : 0
}
