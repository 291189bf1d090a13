// What a bot would say, without saying it: the turn's own engine, the turn's own words for what is no answer, and nothing
// stored. Hours, limits and pauses are not looked at.

import type { Static } from 'typebox'
import { costOf } from '../engines/cost.ts'
import type { Outcome } from '../engines/engine.ts'
import { NOTHING_TOLD } from '../engines/engine.ts'
import { ask, type Question } from '../turn/ask.ts'
import { type Decision, decide, MOST_ATTEMPTS } from '../turn/decide.ts'
import { asksForPerson, handoverText } from '../turn/handover.ts'
import { reasonOf } from '../turn/reasons.ts'
import type { Turns } from '../turn/room.ts'
import type { Evaluation } from './schema.ts'

export async function evaluate(turns: Turns, question: Question): Promise<Static<typeof Evaluation>> {
  const began_ms = performance.now()
  const { config } = question.bot
  const asked = question.thread.filter(message => question.asked.includes(message.id))
  const handover = asked.some(message => message.spoken && asksForPerson(config, message.text))
  const outcome = handover ? undefined : await ask(turns, question)
  const decision = outcome ? decided(config, outcome) : handedOver(handoverText(config))
  const { model, spent, passages, tool_calls } = outcome ?? NOTHING_TOLD
  const cost = costOf(spent, config.prices)
  const messages = decision.do === 'send' ? decision.messages : []
  const texts = messages.flatMap(message => (message.content as { body?: string }).body ?? [])
  return {
    reply: decision.do === 'send' ? decision.reply : null,
    text: texts.length === 0 ? null : texts.join('\n\n'),
    ...{ messages, reason: decision.do === 'retry' ? null : decision.reason },
    ...{ engine: config.engine, model, passages, tool_calls, cost },
    ...{ input_tokens: spent?.input_tokens ?? 0, output_tokens: spent?.output_tokens ?? 0 },
    currency: cost === null ? null : (config.prices?.currency ?? null),
    error: outcome?.kind === 'failed' ? outcome.problem : null,
    latency_ms: Math.round(performance.now() - began_ms),
  }
}

/** No second try: whoever evaluates can make one. */
function decided(config: Question['bot']['config'], outcome: Outcome): Decision {
  const last = { attempts: MOST_ATTEMPTS, told_before: false, repeated: () => false }
  return decide(outcome, { config, ...last })
}

function handedOver(text: string): Decision {
  const messages = [{ type: 'text', content: { body: text } }]
  return { do: 'send', reply: 'handover', messages, reason: reasonOf('handover_word') }
}
