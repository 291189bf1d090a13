// Funnel and time series, from the roll-ups alone.

import { partsOf } from './parts.ts'
import { type Filter, readByName, readCampaigns, readCounts } from './queries.ts'
import type { Range } from './range.ts'
import type { Analytics } from './room.ts'
import { type Rates, ratesOf, type Stages, stagesOf } from './stages.ts'
import { hoursOf, type Span } from './zones.ts'

type Dates = { from: string; to: string; timezone: string }

export type Funnel = Dates & Stages & Rates

export async function readFunnel(analytics: Analytics, filter: Filter, range: Range): Promise<Funnel> {
  const stages = stagesOf(await readCounts(analytics.db, filter, 'flow', timeOf([range])))
  return { ...datesOf(range), ...stages, ...ratesOf(stages) }
}

export type Point = { at: string; outbound: number; inbound: number } & Stages

export type Series = Dates & { interval: 'day' | 'hour'; data: Point[] }

/** A point for every day or hour of the range, also where nothing happened. */
export async function readSeries(
  analytics: Analytics,
  filter: Filter,
  range: Range,
  interval: 'day' | 'hour',
): Promise<Series> {
  const spans: Span[] =
    interval === 'day' ? range.days : range.days.flatMap(day => hoursOf(range.timezone, day))
  const counts = await readCounts(analytics.db, filter, 'flow', timeOf(spans))
  const bySpan = Map.groupBy(counts, count => count.span)
  const data = spans.map(({ start }, span) => {
    const found = bySpan.get(span) ?? []
    const sum = (label: string) => found.reduce((total, one) => total + (one.label === label ? one.n : 0), 0)
    const at = new Date(start).toISOString()
    return { at, outbound: sum('outbound'), inbound: sum('inbound'), ...stagesOf(found) }
  })
  return { ...datesOf(range), interval, data }
}

export type Part = { name: string; language: string; stages: Stages }

/** The funnel of each campaign, or of each template and language, the most sent first. */
export async function readParts(
  analytics: Analytics,
  filter: Filter,
  range: Range,
  by: 'campaign' | 'template',
): Promise<Part[]> {
  const rows = await readByName(analytics.db, filter, 'flow', by, timeOf([range]))
  const parts = Map.groupBy(rows, row => `${row.name}\n${row.language}`)
  return [...parts.values()]
    .map(part => ({
      name: part[0]?.name ?? '',
      language: part[0]?.language ?? '',
      stages: stagesOf(part),
    }))
    .sort((a, b) => b.stages.sent - a.stages.sent || (a.name < b.name ? -1 : 1))
}

export async function campaignNames(
  analytics: Analytics,
  tenant_id: string,
  ids: string[],
): Promise<Map<string, string>> {
  const found = await readCampaigns(analytics.db, tenant_id, ids)
  return new Map(found.map(({ id, name }) => [id, name]))
}

export function datesOf({ from, to, timezone }: Range): Dates {
  return { from, to, timezone }
}

export function timeOf(spans: readonly Span[]) {
  return { spans, parts: partsOf(spans) }
}
