// `fields=pricing_analytics.start(…).end(…).granularity(DAILY).dimensions([…])` of an account: what the ledger has, added up
// as it was asked for.

import type { Entry } from '../pricing/bill.ts'
import type { Json, Waba, World } from '../world.ts'
import { GraphError } from './errors.ts'

const DIMENSIONS: Record<string, (entry: Entry) => Json> = {
  COUNTRY: ({ country }) => ({ country }),
  PHONE: ({ phone_number }) => ({ phone_number }),
  TIER: ({ tier }) => (tier === null ? {} : { tier }),
  PRICING_TYPE: ({ type }) => ({ pricing_type: type }),
  PRICING_CATEGORY: ({ category }) => ({ pricing_category: category }),
}

const FILTERS: Record<string, (entry: Entry) => string> = {
  phone_numbers: entry => entry.phone_number,
  country_codes: entry => entry.country,
  pricing_types: entry => entry.type,
  pricing_categories: entry => entry.category,
}

const MOST_MS = 366 * 86_400_000

/** Undefined where there was no traffic: then Meta leaves the field out. */
export function pricingAnalytics(world: World, waba: Waba, expression: string): Json | undefined {
  const asked = readExpression(expression)
  const [start, end] = [wholeNumber(asked, 'start'), wholeNumber(asked, 'end')]
  if (start >= end) throw wrong('start must lie before end')
  if (world.clock.now() - start * 1000 > MOST_MS) throw wrong('start lies more than a year back')
  const granularity = asked.get('granularity') ?? ''
  const begin = BEGINNINGS[granularity]
  if (!begin) throw wrong('granularity must be HALF_HOUR, DAILY or MONTHLY')
  const dimensions = list(asked, 'dimensions')
  const unknown = dimensions.find(name => !DIMENSIONS[name])
  if (unknown) throw wrong(`dimensions has no ${unknown}`)
  const wanted = [...world.ledger.values()].filter(
    entry => entry.waba_id === waba.id && entry.start >= start && entry.start < end && passes(asked, entry),
  )
  if (wanted.length === 0) return undefined
  return { data: [{ data_points: add(wanted, dimensions, begin) }] }
}

type Begin = (start: number) => { start: number; end: number }

const BEGINNINGS: Record<string, Begin> = {
  HALF_HOUR: start => ({ start, end: start + 1800 }),
  DAILY: start => {
    const day = Math.floor(start / 86_400) * 86_400
    return { start: day, end: day + 86_400 }
  },
  MONTHLY: start => {
    const date = new Date(start * 1000)
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
    return { start: Date.UTC(year, month) / 1000, end: Date.UTC(year, month + 1) / 1000 }
  },
}

function add(entries: Entry[], dimensions: string[], begin: Begin): Json[] {
  const points = new Map<string, { point: Json; volume: number; cost: number }>()
  for (const entry of entries) {
    const named = dimensions.map(name => DIMENSIONS[name]?.(entry))
    const point = Object.assign({}, begin(entry.start), ...named) as Json
    const key = JSON.stringify(point)
    const sum = points.get(key) ?? { point, volume: 0, cost: 0 }
    points.set(key, { point, volume: sum.volume + entry.volume, cost: sum.cost + entry.cost })
  }
  return [...points.values()]
    .sort((a, b) => Number(a.point.start) - Number(b.point.start))
    .map(({ point, volume, cost }) => ({ ...point, volume, cost: cost / 10_000 }))
}

function passes(asked: Map<string, string>, entry: Entry): boolean {
  return Object.entries(FILTERS).every(([name, of]) => {
    const wanted = list(asked, name)
    return wanted.length === 0 || wanted.includes(of(entry))
  })
}

/** `name.start(1).end(2)` → start: 1, end: 2. */
function readExpression(expression: string): Map<string, string> {
  return new Map(
    [...expression.matchAll(/\.(\w+)\(([^)]*)\)/g)].map(found => [found[1] ?? '', found[2] ?? '']),
  )
}

function list(asked: Map<string, string>, name: string): string[] {
  const text = asked.get(name) ?? '[]'
  try {
    const parsed: unknown = JSON.parse(text)
    if (Array.isArray(parsed)) return parsed.map(String)
  } catch {
    // Meta takes bare words too: [COUNTRY,TIER]
  }
  return text
    .replace(/[[\]"\s]/g, '')
    .split(',')
    .filter(Boolean)
}

function wholeNumber(asked: Map<string, string>, name: string): number {
  const text = asked.get(name) ?? ''
  if (!/^\d{1,12}$/.test(text)) throw wrong(`${name} must be a UNIX time in seconds`)
  return Number(text)
}

const wrong = (what: string) => new GraphError(100, { message: `(#100) Param pricing_analytics: ${what}` })
