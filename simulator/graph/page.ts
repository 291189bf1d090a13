// One page of a list with Meta's opaque cursors. `next` is there only when there is more.

import type { Json } from '../world.ts'
import { type Call, textParam } from './call.ts'
import { GraphError, wrongParameter } from './errors.ts'

const DEFAULT_LIMIT = 25
const MOST = 100
const PREFIX = 'QVFIU'

export function pageOf<T extends { id: string }>(call: Call, items: T[], show: (item: T) => Json): Json {
  const limit = limitOf(call)
  const after = positionOf(call, 'after', items)
  const before = positionOf(call, 'before', items)
  const start = after !== undefined ? after + 1 : before !== undefined ? Math.max(0, before - limit) : 0
  const end = after === undefined && before !== undefined ? before : start + limit
  const page = items.slice(start, end)
  const [first, last] = [page[0], page.at(-1)]
  if (!first || !last) return { data: [] }
  const cursors = { before: cursorOf(first), after: cursorOf(last) }
  return {
    data: page.map(show),
    paging: {
      cursors,
      ...(start + page.length < items.length && { next: linkOf(call, { after: cursors.after }) }),
      ...(start > 0 && { previous: linkOf(call, { before: cursors.before }) }),
    },
  }
}

function limitOf(call: Call): number {
  const text = textParam(call, 'limit')
  if (text === undefined) return DEFAULT_LIMIT
  if (!/^\d+$/.test(text) || Number(text) < 1) throw wrongParameter('Param limit must be a positive integer.')
  return Math.min(Number(text), MOST)
}

const cursorOf = ({ id }: { id: string }) => PREFIX + Buffer.from(id).toString('base64url')

function positionOf(call: Call, name: 'after' | 'before', items: { id: string }[]): number | undefined {
  const cursor = textParam(call, name)
  if (cursor === undefined) return undefined
  const id = cursor.startsWith(PREFIX) ? Buffer.from(cursor.slice(PREFIX.length), 'base64url').toString() : ''
  const at = items.findIndex(item => item.id === id)
  if (at >= 0) return at
  throw new GraphError(131059, {
    details: `The cursor in ${name} is invalid or stale. Ask again without it.`,
  })
}

function linkOf(call: Call, cursor: Record<string, string>): string {
  const kept = Object.entries(call.query).filter(([name]) => name !== 'after' && name !== 'before')
  const texts = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
  return `${call.address}?${new URLSearchParams({ ...texts, ...cursor })}`
}
