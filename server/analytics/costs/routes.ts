// The calls about what messages cost.

import type { Transaction } from '../../db/pool.ts'
import { type Route, route } from '../../http/route.ts'
import { answer, type Cell, orCsv, type Table } from '../csv.ts'
import { filterOf } from '../filter.ts'
import { rangeOf } from '../range.ts'
import type { Analytics } from '../room.ts'
import { askMeta } from './askMeta.ts'
import { estimate } from './estimate.ts'
import { makeBill, presentBill } from './report.ts'
import { Costs, CostsQuery, Estimate, EstimateBody } from './schema.ts'

export function costRoutes(analytics: Analytics): Route<Transaction>[] {
  return [costsRoute(analytics), estimateRoute(analytics)]
}

function costsRoute(analytics: Analytics): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/whatsapp/analytics/costs',
    scope: 'whatsapp:read',
    tag: 'Analytics',
    summary: 'What messages cost',
    description:
      "Of the messages that were delivered in the range: Meta's word about category and type, by the rules and the rate card of the day.",
    query: CostsQuery,
    replies: { 200: orCsv(Costs) },
    errors: [
      ...(['invalid_parameter', 'not_found', 'meta_rejected', 'meta_token_invalid'] as const),
      ...(['meta_rate_limited', 'meta_unavailable', 'meta_unexpected'] as const),
    ],
    async handle({ caller, query, headers }) {
      const range = rangeOf(query, analytics.clock.nowMs())
      const filter = await filterOf(analytics, caller, query)
      const { currency } = query
      const bill = await makeBill(analytics, filter, range, currency === undefined ? {} : { currency })
      const body =
        query.source === 'meta' ? await askMeta(analytics, filter, range, bill) : presentBill(range, bill)
      return answer(headers, body, () => tableOf(body))
    },
  })
}

type Body = ReturnType<typeof presentBill> | Awaited<ReturnType<typeof askMeta>>

/** One line for each sum: `of` says what it is about. */
function tableOf(body: Body): Table {
  const { currency, total, messages, billable, free } = body
  const line = (of: string, key: string, sums: Line): Cell[] => [
    ...[of, key, sums.messages, sums.billable, sums.free, sums.unpriced, sums.cost, currency],
  ]
  return {
    head: ['of', 'key', 'messages', 'billable', 'free', 'unpriced', 'cost', 'currency'],
    rows: [
      line('total', '', { messages, billable, free, unpriced: body.unpriced.messages, cost: total }),
      ...body.by_category.map(sums => line('category', sums.category, sums)),
      ...body.by_country.map(sums => line('country', sums.country, sums)),
      ...body.by_day.map(sums => line('day', sums.date, sums)),
    ],
  }
}

type Line = { messages: number; billable: number; free: number; unpriced: number; cost: string }

function estimateRoute(analytics: Analytics): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/analytics/costs/estimate',
    scope: 'whatsapp:read',
    tag: 'Analytics',
    summary: 'What a planned send will cost',
    description:
      'As if all were delivered at that time, after what the month has seen so far: volume steps and the free service messages of the number count from there.',
    body: EstimateBody,
    replies: { 200: Estimate },
    errors: ['invalid_parameter', 'not_found'],
    example: {
      body: {
        phone_number_id: '500100200300401',
        category: 'marketing',
        counts_by_country: { DE: 1000, US: 250 },
      },
    },
    idempotency: 'rerun',
    handle: async call => ({ status: 200, body: await estimate(analytics, call.tenant_id, call.body) }),
  })
}
