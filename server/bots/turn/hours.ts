// Whether a bot answers at a moment, by its business hours in their own time zone, and when its day began.

import type { BotConfig } from '../schema.ts'
import { DAYS } from '../schema.ts'

type Hours = NonNullable<BotConfig['business_hours']>

export function answersAt(hours: Hours | undefined, now: Date): boolean {
  if (!hours) return true
  const { day, minute } = localTime(hours.timezone, now)
  const open = hours.hours.some(span => covers(span, day, minute))
  return (hours.bot_answers ?? 'inside') === 'inside' ? open : !open
}

/** The last midnight, there. Where the clock was put on or back since, the hour is not missed. */
export function dayStart(timezone: string | undefined, now: Date): Date {
  const zone = timezone ?? 'UTC'
  const { date, minute } = localTime(zone, now)
  const rough = now.getTime() - minute * 60_000 - (now.getTime() % 60_000)
  for (const shift of [0, -60, 60, -30, 30]) {
    const start = new Date(rough + shift * 60_000)
    const there = localTime(zone, start)
    if (there.minute === 0 && there.date === date) return start
  }
  return new Date(rough)
}

function covers(span: Hours['hours'][number], day: number, minute: number): boolean {
  const [start, end] = [minutes(span.start), minutes(span.end)]
  const on = (which: number) => span.days.includes(DAYS[(which + 7) % 7] as (typeof DAYS)[number])
  if (start < end) return on(day) && minute >= start && minute < end
  // Over midnight: the evening of its day, and the morning after it.
  return (on(day) && minute >= start) || (on(day - 1) && minute < end)
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour * 60 + minute
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** `day` counts from Monday, 0. */
function localTime(timezone: string, at: Date): { day: number; minute: number; date: string } {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone: timezone, hourCycle: 'h23', weekday: 'short' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    })
  formats.set(timezone, format)
  const parts = Object.fromEntries(format.formatToParts(at).map(part => [part.type, part.value]))
  const day = (DAYS as readonly string[]).indexOf(String(parts.weekday).toLowerCase().slice(0, 3))
  const date = `${parts.year}-${parts.month}-${parts.day}`
  return { day, minute: Number(parts.hour) * 60 + Number(parts.minute), date }
}
