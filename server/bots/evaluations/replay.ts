// Past threads answered anew: every question of a contact, what was said then, and what the bot would say now.

import type { Static } from 'typebox'
import { requireRow } from '../../conversations/find.ts'
import { newId } from '../../kit/ids.ts'
import { sumOf } from '../engines/cost.ts'
import { THREAD_MESSAGES, type ThreadMessage } from '../engines/engine.ts'
import { requireBot } from '../find.ts'
import { inWords } from '../turn/gather.ts'
import type { Turns } from '../turn/room.ts'
import { type ThreadRow, threadsOf } from '../turn/workQueries.ts'
import { evaluate } from './evaluate.ts'
import type { Replay } from './schema.ts'

/** So far back a thread is read. */
const MESSAGES = 200
/** So many questions are asked at once. */
const AT_ONCE = 5

type Bot = Awaited<ReturnType<typeof requireBot>>
type Conversation = Awaited<ReturnType<typeof requireRow>>
type Result = Static<typeof Replay>
type Replayed = Result['data'][number]['turns'][number]

/** A question: the contact's messages in a row, and what was answered to them. `rows` is the thread up to it. */
type Block = { conversation: Conversation; rows: ThreadRow[]; asked: ThreadRow[]; old: ThreadRow[] }

export async function replay(
  turns: Turns,
  tenant_id: string,
  bot_id: string,
  { conversation_ids, last = 5 }: { conversation_ids: string[]; last?: number },
): Promise<Result> {
  const bot = await requireBot(turns.db, tenant_id, bot_id)
  const conversations = await Promise.all(
    conversation_ids.map(id => requireRow(turns.conversations, turns.db, tenant_id, id)),
  )
  const wanted = conversations.map(({ id, phone_number_id, contact_id }) => {
    return { key: id, phone_number_id, contact_id, before: null }
  })
  const rows = Map.groupBy(await threadsOf(turns.db, wanted, MESSAGES), row => row.thread)
  const blocks = conversations.flatMap(one => blocksOf(one, rows.get(one.id) ?? []).slice(-last))
  const replayed = await inTurn(blocks, block => answerAgain(turns, bot, block))
  const data = conversations.map(({ id }) => ({
    conversation_id: id,
    turns: replayed.filter((_, n) => blocks[n]?.conversation.id === id),
  }))
  return { data, totals: totalsOf(replayed) }
}

function blocksOf(conversation: Conversation, rows: ThreadRow[]): Block[] {
  const blocks: Block[] = []
  for (let at = 0; at < rows.length; ) {
    const first = rows.findIndex((row, n) => n >= at && row.direction === 'inbound')
    if (first < 0) break
    const end = endOf(rows, first, 'inbound')
    const next = endOf(rows, end, 'outbound')
    const old = rows.slice(end, next)
    blocks.push({ conversation, rows: rows.slice(0, end), asked: rows.slice(first, end), old })
    at = next
  }
  return blocks
}

function endOf(rows: ThreadRow[], from: number, direction: ThreadRow['direction']): number {
  const end = rows.findIndex((row, n) => n >= from && row.direction !== direction)
  return end < 0 ? rows.length : end
}

async function answerAgain(turns: Turns, bot: Bot, block: Block): Promise<Replayed> {
  const { id, contact_id, phone, user_id, username, name } = block.conversation
  const asked = block.asked.map(row => row.id)
  const rows = block.rows.slice(-THREAD_MESSAGES)
  const said = await evaluate(turns, {
    ...{ turn_id: newId(), conversation_id: id, bot, rows, asked, simulated: true },
    thread: inWords(rows, asked),
    contact: { id: contact_id, phone, user_id, username, name },
  })
  return { asked: shown(block.asked), old: shown(block.old), new: said }
}

function shown(rows: ThreadRow[]): Replayed['asked'] {
  return inWords(rows, []).map(({ id, from, text, at }: ThreadMessage) => {
    return { id, from, text, at: at.toISOString() }
  })
}

/** In order, some at a time. */
async function inTurn<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}

function totalsOf(replayed: Replayed[]): Result['totals'] {
  const costs = replayed.flatMap(one => one.new.cost ?? [])
  return {
    turns: replayed.length,
    input_tokens: replayed.reduce((sum, one) => sum + one.new.input_tokens, 0),
    output_tokens: replayed.reduce((sum, one) => sum + one.new.output_tokens, 0),
    cost: costs.length === 0 ? null : sumOf(costs),
    currency: replayed.find(one => one.new.currency !== null)?.new.currency ?? null,
  }
}
