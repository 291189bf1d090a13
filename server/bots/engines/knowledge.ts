// The engine without a model: it answers in the words of the bot's own knowledge, with the passage that speaks of what was
// asked, or says that it does not know. Nothing is called, so it always works, offline too.

import { DEFAULTS } from '../schema.ts'
import type { Outcome, TurnInput } from './engine.ts'
import { NOTHING_TOLD } from './engine.ts'
import { excerptOf } from './excerpt.ts'
import { meaningfulWords } from './words.ts'

export function askKnowledge(input: TurnInput): Outcome {
  const { min_confidence = DEFAULTS.min_confidence } = input.bot.config
  const [best] = input.passages
  if (!best || best.confidence < min_confidence) {
    return { ...NOTHING_TOLD, passages: input.passages, kind: 'unanswerable', reason: 'no_passage' }
  }
  const body = excerptOf(best, meaningfulWords(input.question))
  return {
    ...NOTHING_TOLD,
    kind: 'answer',
    passages: [best],
    messages: [{ type: 'text', content: { body } }],
  }
}
