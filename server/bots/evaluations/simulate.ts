// A thread that somebody made up, answered as the bot would answer it.

import type { Static } from 'typebox'
import { fail } from '../../kit/errors.ts'
import { newId } from '../../kit/ids.ts'
import type { ThreadMessage } from '../engines/engine.ts'
import { requireBot } from '../find.ts'
import type { Turns } from '../turn/room.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation, Line } from './schema.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'

export async function simulate(
  turns: Turns,
  tenant_id: string,
  bot_id: string,
  lines: Line[],
): Promise<Static<typeof Evaluation>> {
  const bot = await requireBot(turns.db, tenant_id, bot_id)
  const thread = lines.map((line): ThreadMessage => {
    return { id: newId(), at: turns.clock.now(), type: 'text', spoken: true, ...sayer(line) }
  })
  const asked = thread.slice(thread.findLastIndex(message => message.from !== 'customer') + 1)
  if (asked.length === 0) {
    fail('invalid_parameter', {
      param: 'messages',
      message: 'The last of `messages` must be the customer’s: there is nothing to answer.',
    })
  }
  return evaluate(turns, {
    ...{ turn_id: newId(), conversation_id: NOBODY, bot, thread, rows: [], simulated: true },
    asked: asked.map(message => message.id),
    contact: { id: NOBODY, phone: null, user_id: null, username: null, name: null },
  })
}

function sayer(line: Line): Pick<ThreadMessage, 'from' | 'text'> {
  if (typeof line === 'string') return { from: 'customer', text: line }
  if ('role' in line) return { from: line.role === 'user' ? 'customer' : 'bot', text: line.content }
  return { from: line.from ?? 'customer', text: line.text }
}
