// How long a campaign takes: the pace, the hours in which nothing is sent, and the messaging limit that spreads people over
// days. An estimate: what Meta throttles and what else is sent meanwhile is not known.

import type { QuietHours } from '../schema.ts'

const DAY_S = 86_400

export type Pace = {
  rate_per_second: number | null
  /** What Meta lets the number do. */
  messages_per_second: number
  /** Other campaigns that run on the number; the pace is shared. */
  beside: number
}

/** Messages a second. */
export function expectedPace({ rate_per_second, messages_per_second, beside }: Pace): number {
  const share = messages_per_second / (beside + 1)
  return Math.round(Math.min(rate_per_second ?? Infinity, share) * 100) / 100
}

export function expectedSeconds(
  messages: number,
  pace: number,
  quiet: QuietHours | null,
  days: number,
): number {
  const sending = Math.ceil(messages / pace)
  const day = DAY_S - quietSeconds(quiet)
  const elapsed = Math.floor(sending / day) * DAY_S + (sending % day)
  return Math.max(elapsed, (days - 1) * DAY_S)
}

function quietSeconds(quiet: QuietHours | null): number {
  if (quiet === null) return 0
  const length = secondsOf(quiet.end) - secondsOf(quiet.start)
  return length > 0 ? length : length + DAY_S
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 3600 + minutes * 60
}

export type Room = { fits_today: number; days: number }

/** Over how many days a messaging limit spreads new people; the first of them is today. */
export function roomFor(new_contacts: number, limit: number | undefined, used: number): Room {
  if (limit === undefined) return { fits_today: new_contacts, days: 1 }
  const left = Math.max(0, limit - used)
  const over = Math.max(0, new_contacts - left)
  return { fits_today: new_contacts - over, days: 1 + Math.ceil(over / limit) }
}
