// Everything that is known about turns that are to be worked on, in three statements however many they are.

import type { ThreadMessage } from '../engines/engine.ts'
import { THREAD_MESSAGES } from '../engines/engine.ts'
import { DEFAULTS } from '../schema.ts'
import { describe } from './describe.ts'
import { dayStart } from './hours.ts'
import type { Turns } from './room.ts'
import { type Facts, factsOf, spentOf, type ThreadRow, threadsOf } from './workQueries.ts'

export type Spending = { tokens: number; cost: string }

export type Case = {
  facts: Facts
  thread: ThreadRow[]
  /** Today, by the bot's clock. Zero where no limit asks for it. */
  spent: Spending
}

const NOTHING: Spending = { tokens: 0, cost: '0' }

export async function gather(turns: Turns, ids: string[]): Promise<Map<string, Case>> {
  const now = turns.clock.now()
  const { pause_minutes } = DEFAULTS
  const facts = await factsOf(turns.db, ids, { now, pause_minutes })
  const wanted = facts.map(({ id, phone_number_id, contact_id }) => ({
    ...{ key: id, phone_number_id, contact_id, before: null },
  }))
  const rows = wanted.length === 0 ? [] : await threadsOf(turns.db, wanted, THREAD_MESSAGES)
  const threads = Map.groupBy(rows, row => row.thread)
  const spent = await spendingOf(turns, facts, now)
  return new Map(
    facts.map(one => [
      one.id,
      { facts: one, thread: threads.get(one.id) ?? [], spent: spent.get(one.bot_id) ?? NOTHING },
    ]),
  )
}

async function spendingOf(turns: Turns, facts: Facts[], now: Date): Promise<Map<string, Spending>> {
  const limited = new Map<string, Date>()
  for (const { bot_id, config } of facts) {
    const { tokens_per_day, cost_per_day } = config.limits ?? {}
    if (tokens_per_day === undefined && cost_per_day === undefined) continue
    limited.set(bot_id, dayStart(config.business_hours?.timezone, now))
  }
  if (limited.size === 0) return new Map()
  const rows = await spentOf(
    turns.db,
    [...limited].map(([bot_id, since]) => ({ bot_id, since })),
  )
  return new Map(rows.map(({ bot_id, tokens, cost }) => [bot_id, { tokens, cost }]))
}

/** The thread in words. What is to be answered stands last, in the order in which it was written. */
export function inWords(rows: ThreadRow[], asked: string[]): ThreadMessage[] {
  const wanted = new Set(asked)
  const now = rows.filter(row => wanted.has(row.id)).sort((a, b) => timeOf(a) - timeOf(b))
  return [...rows.filter(row => !wanted.has(row.id)), ...now].map(row => ({
    ...{ id: row.id, at: row.sent_at ?? row.created_at, type: row.type, from: sideOf(row) },
    ...describe(row.type, row.content, row.template),
  }))
}

/** Webhooks come in any order; Meta's own timestamps tell the right one, to the second. */
function timeOf(row: ThreadRow): number {
  return (row.sent_at ?? row.created_at).getTime()
}

function sideOf({ direction, bot_id }: ThreadRow): ThreadMessage['from'] {
  if (direction === 'inbound') return 'customer'
  return bot_id === null ? 'person' : 'bot'
}
