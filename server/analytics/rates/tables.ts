// The facts about Meta's prices that come with Carom, read from the CSV files beside this one: data, so that a change of
// Meta's is a line there. Dates are days of the account's own time zone, as text.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

/** What is charged from a date on, for a category. */
export type Rule = {
  effective_from: string
  category: string
  billable: boolean
  /** Which price of the card counts: the first of these that it has. */
  price_of: string[]
  /** Which messages are counted together for the volume steps; undefined: there are none. */
  tier_count: string | undefined
  free_in_window: boolean
  /** So many delivered messages of a number cost nothing in each month. */
  free_per_number_and_month: number
}

export type MarketEntry = { country: string; market: string; from: string; until: string }

/** From which message of a month on a list price is so many percent lower. */
export type Step = { from_message: number; discount_percent: number }

export function read(name: string): Record<string, string>[] {
  return parse(textOf(name), { columns: true, skip_empty_lines: true })
}

export function textOf(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.csv`), 'utf8')
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Calling code, with up to four digits, → country. */
export const callingCodes = once(
  () => new Map(read('calling-codes').map(row => [row.prefix ?? '', row.country ?? ''])),
)

const FIRST_DAY = '0000-01-01'
const NO_DAY = '9999-12-31'

export const markets = once(() =>
  read('markets').map(
    (row): MarketEntry => ({
      country: row.country ?? '',
      market: row.market ?? '',
      from: row.effective_from || FIRST_DAY,
      until: row.effective_until || NO_DAY,
    }),
  ),
)

export const rules = once(() =>
  read('rules').map(
    (row): Rule => ({
      effective_from: row.effective_from ?? '',
      category: row.category ?? '',
      billable: row.billable === 'yes',
      price_of: (row.price_of ?? '').split(' ').filter(Boolean),
      tier_count: row.tier_count || undefined,
      free_in_window: row.free_in_window === 'yes',
      free_per_number_and_month: Number(row.free_per_number_and_month),
    }),
  ),
)

/** By `market category`. */
export const steps = once(() => {
  const found = new Map<string, Step[]>()
  for (const row of read('tiers')) {
    const key = `${row.market} ${row.category}`
    const step = { from_message: Number(row.from_message), discount_percent: Number(row.discount_percent) }
    found.set(key, [...(found.get(key) ?? []), step])
  }
  return found
})

/** Meta's id of a time zone → its IANA name. */
export const metaTimezones = once(
  () => new Map(read('meta-timezones').map(row => [row.timezone_id ?? '', row.timezone ?? ''])),
)
