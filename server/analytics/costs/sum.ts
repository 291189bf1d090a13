// Priced messages summed up as the answer has them: in all, by category, by country, by day.

import type { Range } from '../range.ts'
import { type Amount, showAmount } from '../rates/amounts.ts'
import { marketOf } from '../rates/countries.ts'
import type { Priced } from './price.ts'

export type Sums = { messages: number; billable: number; free: number; unpriced: number; cost: Amount }

export type Shown = { messages: number; billable: number; free: number; unpriced: number; cost: string }

export function sumOf(items: readonly Priced[]): Sums {
  const sums = { messages: 0, billable: 0, free: 0, unpriced: 0, cost: 0n }
  for (const { n, billable, free, unpriced, cost } of items) {
    sums.messages += n
    sums.billable += billable
    sums.free += free
    sums.unpriced += unpriced
    sums.cost += cost
  }
  return sums
}

export function show(sums: Sums): Shown {
  return { ...sums, cost: showAmount(sums.cost) }
}

/** The dearest first. */
export function byCategory(items: readonly Priced[]): ({ category: string } & Shown)[] {
  return grouped(items, item => item.category).map(([category, sums]) => ({ category, ...show(sums) }))
}

export function byCountry(
  items: readonly Priced[],
  day: string,
): ({ country: string; market: string | null } & Shown)[] {
  return grouped(items, item => item.country).map(([country, sums]) => ({
    country,
    market: marketOf(country, day) ?? null,
    ...show(sums),
  }))
}

/** Every day of the range. */
export function byDay(items: readonly Priced[], { days }: Range): ({ date: string; at: string } & Shown)[] {
  const found = Map.groupBy(items, item => item.day)
  return days.map(({ date, start }) => ({
    date,
    at: new Date(start).toISOString(),
    ...show(sumOf(found.get(date) ?? [])),
  }))
}

/** Which markets and categories have no known price, and how many messages went there. */
export function unpricedOf(priced: readonly Priced[]) {
  const missing = priced.filter(one => one.unpriced > 0)
  const keyOf = ({ market, category }: Priced) => `${market ?? ''}\n${category}`
  const groups = [...Map.groupBy(missing, keyOf)].map(([key, some]) => {
    const [market = '', category = ''] = key.split('\n')
    const messages = some.reduce((sum, one) => sum + one.unpriced, 0)
    return { market: market || null, category, messages }
  })
  const messages = groups.reduce((sum, one) => sum + one.messages, 0)
  return { messages, by_market: groups.sort((a, b) => b.messages - a.messages) }
}

function grouped(items: readonly Priced[], keyOf: (item: Priced) => string): [string, Sums][] {
  return [...Map.groupBy(items, keyOf)]
    .map(([key, some]): [string, Sums] => [key, sumOf(some)])
    .sort(([a, x], [b, y]) =>
      x.cost === y.cost ? y.messages - x.messages || (a < b ? -1 : 1) : x.cost < y.cost ? 1 : -1,
    )
}
