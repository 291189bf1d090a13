// The engine that asks the tenant: one signed POST to their URL, whose answer is what is said. The id of the call is the
// turn's, the same on every try, so that the other side can tell a repetition.

import { record } from '../../messages/inbound/shapes.ts'
import { checkContent, KINDS, type KindName } from '../../messages/kinds/checkContent.ts'
import type { Kind } from '../../messages/kinds/kind.ts'
import { DEFAULTS } from '../schema.ts'
import type { Answer, EngineTools, Outcome, TurnInput } from './engine.ts'
import { NOTHING_TOLD } from './engine.ts'
import { failedCall, failedStatus, malformed } from './failures.ts'
import { signedHeaders } from './sign.ts'
import { splitText } from './splitText.ts'

const MAX_ANSWER_BYTES = 64 * 1024
const MAX_MESSAGES = 5

export async function askWebhook(input: TurnInput, { fetch }: EngineTools): Promise<Outcome> {
  const { url, timeout_ms = DEFAULTS.tool_timeout_ms } = input.bot.config
  if (url === undefined) return malformed('The bot has no URL to ask; set `config.url`.')
  const body = JSON.stringify(questionOf(input))
  const headers = signedHeaders(input.secrets.signing_secret, input.turn_id, input.now, body)
  try {
    const answer = await fetch(url, { headers, body, timeout_ms, max_bytes: MAX_ANSWER_BYTES })
    if (answer.status < 200 || answer.status > 299) return failedStatus(answer)
    return read(answer.body)
  } catch (error) {
    return failedCall(error)
  }
}

/** What the tenant's URL is told. All of it is the thread's own. */
function questionOf(input: TurnInput): object {
  const { turn_id, conversation_id, bot, contact, thread, asked, question, passages } = input
  return {
    type: 'bot.turn',
    timestamp: input.now.toISOString(),
    data: {
      ...{ turn_id, conversation_id, simulated: input.simulated },
      bot: { id: bot.id, name: bot.name },
      contact,
      text: question,
      messages: thread.map(({ id, from, at, type, text }) => ({
        ...{ id, from, type, text, at: at.toISOString() },
        to_answer: asked.includes(id),
      })),
      passages: passages.map(({ document_id, title, heading, content }) => ({
        ...{ document_id, title, heading, content },
      })),
    },
  }
}

function read(body: Buffer): Outcome {
  const text = body.toString('utf8').trim()
  if (text === '') return { ...NOTHING_TOLD, kind: 'silence' }
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return malformed('The bot URL did not answer with JSON.')
  }
  const said = record(answer)
  if (!said) return malformed('The bot URL did not answer with a JSON object.')
  if (said.messages !== undefined) return readMessages(said.messages)
  if (said.text === undefined || said.text === null) return { ...NOTHING_TOLD, kind: 'silence' }
  if (typeof said.text !== 'string') return malformed('`text` in the answer of the bot URL is not a text.')
  return spoken(splitText(said.text).map(part => ({ type: 'text', content: { body: part } })))
}

function readMessages(messages: unknown): Outcome {
  if (!Array.isArray(messages)) return malformed('`messages` in the answer of the bot URL is not a list.')
  if (messages.length > MAX_MESSAGES) {
    return malformed(`The bot URL answered ${messages.length} messages; at most ${MAX_MESSAGES} are sent.`)
  }
  const answers: Answer[] = []
  for (const [place, message] of messages.entries()) {
    const one = messageOf(message)
    if (typeof one === 'string') return malformed(`\`messages[${place}]\` of the bot URL: ${one}`)
    answers.push(...one)
  }
  return spoken(answers)
}

/** A message is the body of the call that sends its kind, without the number and the recipient. */
function messageOf(message: unknown): Answer[] | string {
  const own = record(message)
  if (!own) return 'It is not an object.'
  const { text } = own
  if (typeof text === 'string' && Object.keys(own).length === 1) {
    return splitText(text).map(part => ({ type: 'text', content: { body: part } }))
  }
  const name = kindOf(own)
  const [issue] = checkContent(name, own)
  if (issue) return issue.message
  const { type, content } = (KINDS[name] as Kind).wire(own as never)
  return [{ type, content }]
}

function kindOf(message: Record<string, unknown>): KindName {
  const named = (['interactive', 'location', 'contacts'] as const).find(name => name in message)
  return named ?? ('link' in message || 'media_id' in message ? 'media' : 'text')
}

function spoken(messages: Answer[]): Outcome {
  return messages.length === 0
    ? { ...NOTHING_TOLD, kind: 'silence' }
    : { ...NOTHING_TOLD, kind: 'answer', messages }
}
