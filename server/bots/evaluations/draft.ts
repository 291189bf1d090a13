// A suggestion for a person who answers: what a bot would say in this thread now. Also where it is paused or switched off.

import type { Static } from 'typebox'
import { requireRow } from '../../conversations/find.ts'
import { fail } from '../../kit/errors.ts'
import { newId } from '../../kit/ids.ts'
import { THREAD_MESSAGES } from '../engines/engine.ts'
import { requireBot } from '../find.ts'
import { inWords } from '../turn/gather.ts'
import type { Turns } from '../turn/room.ts'
import { type ThreadRow, threadsOf } from '../turn/workQueries.ts'
import { evaluate } from './evaluate.ts'
import type { Draft } from './schema.ts'

export async function draft(
  turns: Turns,
  tenant_id: string,
  conversation_id: string,
  wanted: string | undefined,
): Promise<Static<typeof Draft>> {
  const row = await requireRow(turns.conversations, turns.db, tenant_id, conversation_id)
  const bot_id = wanted ?? row.bot_id
  if (bot_id === null) {
    fail('invalid_state', {
      message: 'No bot is linked to the number of this conversation; name one as `bot_id`, or link one.',
    })
  }
  const bot = await requireBot(turns.db, tenant_id, bot_id)
  const { phone_number_id, contact_id, phone, user_id, username, name } = row
  const of = { key: conversation_id, phone_number_id, contact_id, before: null }
  const rows = await threadsOf(turns.db, [of], THREAD_MESSAGES)
  const asked = unanswered(rows)
  if (asked.length === 0) {
    fail('invalid_state', { message: 'The contact has written nothing that could be answered.' })
  }
  const said = await evaluate(turns, {
    ...{ turn_id: newId(), conversation_id, bot, rows, asked, simulated: true },
    thread: inWords(rows, asked),
    contact: { id: contact_id, phone, user_id, username, name },
  })
  return { conversation_id, bot_id, ...said }
}

/** What came after our last word; where we had the last word, what it answered. */
function unanswered(rows: ThreadRow[]): string[] {
  const last = rows.findLastIndex(row => row.direction === 'inbound')
  const before = rows.findLastIndex((row, at) => at < last && row.direction === 'outbound')
  return rows.slice(before + 1, last + 1).map(row => row.id)
}
