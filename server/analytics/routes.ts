// The calls of analytics. Those about money are in costs/routes.ts and rates/routes.ts.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { type Route, route } from '../http/route.ts'
import { costRoutes } from './costs/routes.ts'
import { answer, orCsv } from './csv.ts'
import { readFailures } from './failures.ts'
import { filterOf } from './filter.ts'
import { campaignNames, datesOf, readFunnel, readParts, readSeries } from './flow.ts'
import { rangeOf } from './range.ts'
import { rateCardRoutes } from './rates/routes.ts'
import { readResponses } from './responses.ts'
import type { Analytics } from './room.ts'
import { Campaigns, Failures, Funnel, query, Responses, Series, Templates } from './schema.ts'
import { ratesOf, STAGES } from './stages.ts'

export function analyticsRoutes(analytics: Analytics): Route<Transaction>[] {
  return [
    funnelRoute(analytics),
    seriesRoute(analytics),
    campaignsRoute(analytics),
    templatesRoute(analytics),
    failuresRoute(analytics),
    responsesRoute(analytics),
    ...costRoutes(analytics),
    ...rateCardRoutes(analytics),
  ]
}

export const reading = {
  method: 'GET',
  scope: 'whatsapp:read',
  tag: 'Analytics',
  errors: ['invalid_parameter', 'not_found'],
} as const

const Query = query({})
const rates = ['delivery_rate', 'read_rate', 'reply_rate'] as const

function funnelRoute(analytics: Analytics): Route<Transaction> {
  return route({
    ...reading,
    path: '/whatsapp/analytics/funnel',
    summary: 'How far messages came',
    description:
      'Of the messages that Meta accepted in the range. Each counts once in every stage that it reached, whenever it did.',
    query: Query,
    replies: { 200: orCsv(Funnel) },
    async handle({ caller, query, headers }) {
      const range = rangeOf(query, analytics.clock.nowMs())
      const funnel = await readFunnel(analytics, await filterOf(analytics, caller, query), range)
      const head = ['from', 'to', 'timezone', ...STAGES, ...rates] as const
      return answer(headers, funnel, () => ({ head: [...head], rows: [head.map(name => funnel[name])] }))
    },
  })
}

const SeriesQuery = query({
  interval: Type.Optional(Type.String({ enum: ['day', 'hour'], default: 'day' })),
})

function seriesRoute(analytics: Analytics): Route<Transaction> {
  return route({
    ...reading,
    path: '/whatsapp/analytics/timeseries',
    summary: 'Messages by day or hour',
    description:
      'Days and hours are those of the time zone: a day on which the clocks change has 23 or 25 hours. Zero-filled.',
    query: SeriesQuery,
    replies: { 200: orCsv(Series) },
    async handle({ caller, query, headers }) {
      const range = rangeOf(query, analytics.clock.nowMs())
      const filter = await filterOf(analytics, caller, query)
      const series = await readSeries(analytics, filter, range, query.interval === 'hour' ? 'hour' : 'day')
      const head = ['at', 'outbound', 'inbound', ...STAGES] as const
      return answer(headers, series, () => ({
        head: [...head],
        rows: series.data.map(point => head.map(name => point[name])),
      }))
    },
  })
}

function campaignsRoute(analytics: Analytics): Route<Transaction> {
  return route({
    ...reading,
    path: '/whatsapp/analytics/campaigns',
    summary: 'The funnel of each campaign',
    query: Query,
    replies: { 200: orCsv(Campaigns) },
    async handle({ caller, query, headers }) {
      const range = rangeOf(query, analytics.clock.nowMs())
      const parts = await readParts(analytics, await filterOf(analytics, caller, query), range, 'campaign')
      const ids = parts.map(part => part.name)
      const names = await campaignNames(analytics, caller.tenant_id, ids)
      const data = parts.map(({ name: campaign_id, stages }) => {
        return { campaign_id, name: names.get(campaign_id) ?? null, ...stages, ...ratesOf(stages) }
      })
      const head = ['campaign_id', 'name', ...STAGES, ...rates] as const
      return answer(headers, { ...datesOf(range), data }, () => ({
        head: [...head],
        rows: data.map(row => head.map(name => row[name])),
      }))
    },
  })
}

function templatesRoute(analytics: Analytics): Route<Transaction> {
  return route({
    ...reading,
    path: '/whatsapp/analytics/templates',
    summary: 'The funnel of each template',
    query: Query,
    replies: { 200: orCsv(Templates) },
    async handle({ caller, query, headers }) {
      const range = rangeOf(query, analytics.clock.nowMs())
      const parts = await readParts(analytics, await filterOf(analytics, caller, query), range, 'template')
      const data = parts.map(({ name: template, language, stages }) => {
        return { template, language, ...stages, ...ratesOf(stages) }
      })
      const head = ['template', 'language', ...STAGES, ...rates] as const
      return answer(headers, { ...datesOf(range), data }, () => ({
        head: [...head],
        rows: data.map(row => head.map(name => row[name])),
      }))
    },
  })
}

function failuresRoute(analytics: Analytics): Route<Transaction> {
  return route({
    ...reading,
    path: '/whatsapp/analytics/failures',
    summary: 'Why messages failed',
    description:
      'By cause, the most frequent first: refused by Meta (counted when it refused), and accepted but failed afterwards (counted when it was accepted).',
    query: Query,
    replies: { 200: orCsv(Failures) },
    async handle({ caller, query, headers }) {
      const range = rangeOf(query, analytics.clock.nowMs())
      const data = await readFailures(analytics, await filterOf(analytics, caller, query), range)
      const head = [
        'code',
        'title',
        'messages',
        'refused',
        'failed',
        'cause',
        'fix_by',
        'retry',
        'next_step',
      ] as const
      return answer(headers, { ...datesOf(range), data }, () => ({
        head: [...head],
        rows: data.map(row => head.map(name => row[name])),
      }))
    },
  })
}

function responsesRoute(analytics: Analytics): Route<Transaction> {
  return route({
    ...reading,
    path: '/whatsapp/analytics/responses',
    summary: 'How long people wait for an answer',
    description:
      'From the first unanswered message of a contact to the answer, by bot and by hand. Templates and campaigns are no answers. Exact to the second below a quarter of an hour, to three digits above.',
    query: Query,
    replies: { 200: orCsv(Responses) },
    async handle({ caller, query, headers }) {
      const range = rangeOf(query, analytics.clock.nowMs())
      const found = await readResponses(analytics, await filterOf(analytics, caller, query), range)
      return answer(headers, { ...datesOf(range), ...found }, () => ({
        head: ['by', 'answers', 'median_seconds', 'p95_seconds'],
        rows: Object.entries(found).map(([by, { answers, median_seconds, p95_seconds }]) => {
          return [by, answers, median_seconds, p95_seconds]
        }),
      }))
    },
  })
}
