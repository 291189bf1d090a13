// One question to a bot's engine, from a thread: used by turns, by drafts and by the evaluation alike. Nothing is stored and
// nothing is sent.

import { presentContact } from '../../contacts/resolve.ts'
import type { Outcome, ThreadMessage, TurnInput } from '../engines/engine.ts'
import { NOTHING_TOLD } from '../engines/engine.ts'
import { failed } from '../engines/failures.ts'
import { askKnowledge } from '../engines/knowledge.ts'
import { askModel } from '../engines/llm.ts'
import { askWebhook } from '../engines/webhook.ts'
import { openApiKey, openSigningSecret } from '../room.ts'
import type { BotRow } from '../schema.ts'
import type { Turns } from './room.ts'
import { understand } from './understand.ts'
import type { ThreadRow } from './workQueries.ts'

/** So many passages of the knowledge are given to an engine. */
const PASSAGES = 5
const QUESTION_CHARACTERS = 2_000

export type Question = {
  turn_id: string
  conversation_id: string
  bot: Pick<
    BotRow,
    'id' | 'tenant_id' | 'name' | 'system_prompt' | 'config' | 'api_key_sealed' | 'signing_secret_sealed'
  >
  contact: Parameters<typeof presentContact>[0]
  thread: ThreadMessage[]
  /** The rows behind the thread, for what can be seen and heard. None in a simulation. */
  rows: ThreadRow[]
  asked: string[]
  simulated: boolean
}

export async function ask(turns: Turns, question: Question): Promise<Outcome> {
  const { bot, asked } = question
  const api_key = openApiKey(turns, bot) ?? null
  const wanted = new Set(asked)
  const now = question.thread.filter(message => wanted.has(message.id))
  const heard = { config: bot.config, tenant_id: bot.tenant_id, api_key }
  const understood = await understand(turns, heard, now, question.rows)
  const seen = understood.some(message => message.spoken || message.image !== undefined || hasFacts(message))
  if (!seen && bot.config.engine !== 'webhook') {
    return { ...NOTHING_TOLD, kind: 'unanswerable', reason: 'not_understood' }
  }
  const words = understood.filter(message => message.spoken).map(message => message.text)
  const text = words.join('\n').slice(-QUESTION_CHARACTERS).toWellFormed()
  const input: TurnInput = {
    ...{
      turn_id: question.turn_id,
      conversation_id: question.conversation_id,
      simulated: question.simulated,
    },
    bot: { id: bot.id, name: bot.name, system_prompt: bot.system_prompt, config: bot.config },
    secrets: { api_key, signing_secret: openSigningSecret(turns, bot) },
    contact: presentContact(question.contact),
    thread: [...question.thread.filter(message => !wanted.has(message.id)), ...understood],
    ...{ asked, question: text, now: turns.clock.now() },
    passages: text === '' ? [] : await turns.search(bot.tenant_id, bot.id, text, PASSAGES),
  }
  return askEngine(turns, input)
}

async function askEngine(turns: Turns, input: TurnInput): Promise<Outcome> {
  const tools = { fetch: turns.reach.fetch }
  try {
    if (input.bot.config.engine === 'llm') return await askModel(input, tools)
    if (input.bot.config.engine === 'webhook') return await askWebhook(input, tools)
    return askKnowledge(input)
  } catch (error) {
    turns.log.error({ err: error, turn_id: input.turn_id, bot_id: input.bot.id }, 'An engine of a bot broke')
    return failed('internal_error', 'The engine broke; the log of this time tells why.', true)
  }
}

/** A place, a card, an order or a form say something without being words. */
function hasFacts({ type, text }: ThreadMessage): boolean {
  return ['location', 'contacts', 'order'].includes(type) || text.startsWith('[form')
}
