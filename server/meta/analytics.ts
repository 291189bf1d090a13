// What Meta counted and billed itself, by country, category and type. Approximate by Meta's own words: the invoice wins.

import type { Graph } from './graph.ts'
import { type Result, request } from './request.ts'

export type PricingQuestion = {
  /** Seconds since 1970. */
  start: number
  end: number
  granularity: 'HALF_HOUR' | 'DAILY'
  /** Digits; none: all of the account's. */
  phone_numbers: string[]
}

export type PricingPoint = {
  start: number
  country: string | null
  category: string
  type: string
  volume: number
  /** As a decimal. Meta writes a JSON number. */
  cost: string
}

export function pricingAnalytics(
  graph: Graph,
  token: string,
  waba_id: string,
  question: PricingQuestion,
): Promise<Result<PricingPoint[]>> {
  const { start, end, granularity, phone_numbers } = question
  const dimensions = '["COUNTRY","PRICING_CATEGORY","PRICING_TYPE"]'
  const fields = `pricing_analytics.start(${start}).end(${end}).granularity(${granularity}).phone_numbers(${JSON.stringify(phone_numbers)}).dimensions(${dimensions})`
  return request(graph, {
    name: 'waba.pricing_analytics',
    method: 'GET',
    path: `/${encodeURIComponent(waba_id)}`,
    token,
    query: { fields },
    idempotent: true,
    deadline_ms: 30_000,
    parse: pointsOf,
  })
}

/** Without traffic the field itself is missing. */
function pointsOf(body: unknown): PricingPoint[] | undefined {
  const { id, pricing_analytics } = body as { id?: unknown; pricing_analytics?: { data?: unknown } }
  if (typeof id !== 'string') return undefined
  const groups = Array.isArray(pricing_analytics?.data) ? pricing_analytics.data : []
  return groups.flatMap(group => {
    const points = (group as { data_points?: unknown } | null)?.data_points
    return Array.isArray(points) ? points.flatMap(pointOf) : []
  })
}

function pointOf(point: Record<string, unknown> | null): PricingPoint[] {
  if (typeof point?.start !== 'number' || typeof point.volume !== 'number') return []
  const word = (value: unknown) => (typeof value === 'string' ? value.toLowerCase().replaceAll('-', '_') : '')
  const cost = typeof point.cost === 'number' && point.cost > 0 ? point.cost : 0
  return [
    {
      start: point.start,
      country: typeof point.country === 'string' ? point.country : null,
      category: word(point.pricing_category),
      type: word(point.pricing_type),
      volume: point.volume,
      cost: cost.toFixed(8),
    },
  ]
}
