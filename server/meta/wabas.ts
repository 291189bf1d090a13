// Reading a WABA and its numbers, and subscribing the app to its webhooks.

import { nextCursor, succeeded, textOf } from './answers.ts'
import type { Graph } from './graph.ts'
import { type NumberInfo, numberFields, parseNumber } from './numbers.ts'
import { type Result, request } from './request.ts'

export type WabaInfo = {
  waba_id: string
  name: string | null
  currency: string | null
  timezone_id: string | null
  business_id: string | null
  review_status: string | null
}

const MAX_PAGES = 20

export function readWaba(graph: Graph, token: string, waba_id: string): Promise<Result<WabaInfo>> {
  return request(graph, {
    name: 'waba.read',
    method: 'GET',
    path: `/${encodeURIComponent(waba_id)}`,
    token,
    query: { fields: 'id,name,currency,timezone_id,account_review_status,owner_business_info' },
    idempotent: true,
    parse(body) {
      const waba = body as Record<string, unknown>
      if (waba.id === undefined) return undefined
      const owner = waba.owner_business_info as { id?: unknown } | undefined
      return {
        waba_id: String(waba.id),
        name: textOf(waba.name),
        currency: textOf(waba.currency),
        timezone_id: textOf(waba.timezone_id),
        business_id: textOf(owner?.id),
        review_status: textOf(waba.account_review_status),
      }
    },
  })
}

/** All numbers of a WABA. */
export async function listNumbers(
  graph: Graph,
  token: string,
  waba_id: string,
): Promise<Result<NumberInfo[]>> {
  const numbers: NumberInfo[] = []
  let after: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await numbersPage(graph, token, waba_id, after)
    if (!result.ok) return result
    numbers.push(...result.value.numbers)
    after = result.value.after
    if (after === undefined) break
  }
  return { ok: true, value: numbers }
}

type NumbersPage = { numbers: NumberInfo[]; after: string | undefined }

function numbersPage(
  graph: Graph,
  token: string,
  waba_id: string,
  after: string | undefined,
): Promise<Result<NumbersPage>> {
  return request(graph, {
    name: 'waba.phone_numbers',
    method: 'GET',
    path: `/${encodeURIComponent(waba_id)}/phone_numbers`,
    token,
    query: { fields: numberFields(graph.version), limit: '100', ...(after === undefined ? {} : { after }) },
    idempotent: true,
    parse(body) {
      const { data } = body as { data?: unknown }
      if (!Array.isArray(data)) return undefined
      const numbers = data.map(parseNumber).filter(number => number !== undefined)
      return { numbers, after: nextCursor(body) }
    },
  })
}

export function subscribeApp(graph: Graph, token: string, waba_id: string): Promise<Result<true>> {
  return subscription(graph, 'POST', token, waba_id)
}

export function unsubscribeApp(graph: Graph, token: string, waba_id: string): Promise<Result<true>> {
  return subscription(graph, 'DELETE', token, waba_id)
}

function subscription(graph: Graph, method: 'POST' | 'DELETE', token: string, waba_id: string) {
  return request<true>(graph, {
    name: method === 'POST' ? 'waba.subscribe' : 'waba.unsubscribe',
    method,
    path: `/${encodeURIComponent(waba_id)}/subscribed_apps`,
    token,
    idempotent: true,
    parse: succeeded,
  })
}
