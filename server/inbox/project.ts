// Applies what Meta told: takes raw webhooks, expands them, and hands each item to the verb of the room that owns it.
// Everything is idempotent, so that repeats, any order and a second projection of the same rows do no harm.

import { type Loop, startLoop } from '../db/lease.ts'
import type { Transaction } from '../db/pool.ts'
import { sleep } from '../kit/backoff.ts'
import { newId } from '../kit/ids.ts'
import { mayBeUnstorable, storable } from '../kit/text.ts'
import type { Span } from '../kit/trace.ts'
import { isPassing } from './changes.ts'
import { expand, type Item } from './expand.ts'
import { forwardChanges } from './forward.ts'
import { markProjected, type Parked, park, type Raw, take } from './queries.ts'
import type { Inbox } from './room.ts'
import { applyItems } from './rooms.ts'

export const INBOX_CHANNEL = 'carom_inbox'

/** Bodies a transaction; a body may hold a thousand items. */
const BODIES = 200

export function startProjection(inbox: Inbox): Loop {
  const loop = startLoop<string>({
    name: 'inbox',
    claim: async limit => {
      await giveWay(inbox)
      return projectSome(inbox, limit)
    },
    work: async () => {},
    limit: BODIES,
    concurrency: 1,
    poll_ms: 1_000,
    listen: { listener: inbox.listener, channel: INBOX_CHANNEL },
    log: inbox.log,
  })
  inbox.wakers.add(loop.wake)
  return {
    ...loop,
    drain(timeout_ms) {
      inbox.wakers.delete(loop.wake)
      return loop.drain(timeout_ms)
    },
  }
}

/**
 * Meta waits for its 200 and measures how long it takes; what was stored can wait a moment. While a storm queues up at
 * the intake, each transaction of the projection lets it go first, for half a second at most.
 */
async function giveWay(inbox: Inbox): Promise<void> {
  for (let waited = 0; waited < MOST_MS && inbox.keep.size() >= STORM; waited += STEP_MS) await sleep(STEP_MS)
}

const STORM = 48
const STEP_MS = 25
const MOST_MS = 500

/** One transaction: rows, what they mean, and that they are done commit together. Answers the ids that were done. */
export async function projectSome(inbox: Inbox, limit: number): Promise<string[]> {
  const done = await projectInOne(inbox, limit)
  if (done.length > 0) inbox.events.bell.ring()
  return done
}

function projectInOne(inbox: Inbox, limit: number): Promise<string[]> {
  return inbox.db.transaction(async tx => {
    const raws = await take(tx, limit)
    if (raws.length === 0) return []
    const attributes = { 'carom.webhooks': raws.length }
    return inbox.tracer.span('apply webhooks', { kind: 'consumer', attributes }, span =>
      applyRaws(inbox, tx, raws, span),
    )
  })
}

async function applyRaws(inbox: Inbox, tx: Transaction, raws: Raw[], span: Span): Promise<string[]> {
  const items: Item[] = []
  const parked: Parked[] = []
  for (const raw of raws) {
    const found = expand(raw.id, parse(raw))
    items.push(...found.items)
    parked.push(...found.problems.map(problem => ({ id: newId(), inbox_id: raw.id, ...problem })))
  }
  span.set({ 'carom.items': items.length })
  parked.push(...(await applyOrSplit(inbox, tx, items)))
  await forwardChanges(inbox, tx, items)
  if (parked.length > 0) await park(tx, [...new Map(parked.map(one => [placeOf(one), one])).values()])
  await markProjected(
    tx,
    raws.map(raw => raw.id),
  )
  if (parked.length > 0)
    inbox.log.warn({ parked: parked.length, first: parked[0]?.reason }, 'Items of webhooks were parked')
  return raws.map(raw => raw.id)
}

/** Items that fail together are halved until the bad one stands alone; that one is parked with its reason. */
async function applyOrSplit(inbox: Inbox, tx: Transaction, items: Item[]): Promise<Parked[]> {
  if (items.length === 0) return []
  try {
    const problems = await tx.transaction(inner => applyItems(inbox, inner, items))
    return problems.map(({ item, reason }) => parkedItem(item, reason))
  } catch (error) {
    if (isPassing(error)) throw error
    const [only] = items
    if (only && items.length === 1) {
      inbox.log.error(
        { err: error, path: only.path, inbox_id: only.inbox_id },
        'An item of a webhook could not be applied',
      )
      return [parkedItem(only, error instanceof Error ? error.message : String(error))]
    }
    const middle = Math.ceil(items.length / 2)
    const first = await applyOrSplit(inbox, tx, items.slice(0, middle))
    return [...first, ...(await applyOrSplit(inbox, tx, items.slice(middle)))]
  }
}

function placeOf({ inbox_id, path }: Parked): string {
  return `${inbox_id} ${path}`
}

function parkedItem(item: Item, reason: string): Parked {
  return {
    id: newId(),
    inbox_id: item.inbox_id,
    path: item.path,
    field: item.field,
    reason,
    item: storable(item.item),
  }
}

/** Undefined: not JSON. What is nested deeper than PostgreSQL cares to go is cut off there. */
function parse(raw: Raw): unknown {
  const text = raw.body.toString('utf8')
  try {
    const body: unknown = JSON.parse(text)
    const kept = isDeep(body) ? cut(body) : body
    return mayBeUnstorable(text) ? storable(kept) : kept
  } catch {
    return undefined
  }
}

const DEEPEST = 100

function isDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth > DEEPEST) return true
  for (const key in value) if (isDeep((value as Record<string, unknown>)[key], depth + 1)) return true
  return false
}

function cut(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return null
  if (Array.isArray(value)) return value.map(part => cut(part, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cut(part, depth + 1)]))
}
