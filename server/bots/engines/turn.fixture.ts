// A turn as engines get it, for their tests.

import { newId } from '../../kit/ids.ts'
import type { BotConfig } from '../schema.ts'
import type { Passage, ThreadMessage, TurnInput } from './engine.ts'

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

export function said(text: string, more: Partial<ThreadMessage> = {}): ThreadMessage {
  return { id: newId(), from: 'customer', at: new Date(), type: 'text', text, spoken: true, ...more }
}

/** `thread` ends with what is to be answered; `before` is how many of it are not. */
export function turn(
  config: BotConfig,
  thread: ThreadMessage[],
  more: Partial<TurnInput> & { system_prompt?: string; before?: number } = {},
): TurnInput {
  const { system_prompt = 'You work for a tea shop.', before = thread.length - 1, ...rest } = more
  const asked = thread.slice(before)
  return {
    turn_id: newId(),
    conversation_id: newId(),
    bot: { id: newId(), name: 'Tea bot', system_prompt, config },
    simulated: false,
    secrets: { api_key: 'sk-test-key-1234567890', signing_secret: SECRET },
    contact: { id: newId(), phone: '+15550101001', user_id: null, username: null, name: 'Ada' },
    thread,
    asked: asked.map(message => message.id),
    question: asked.map(message => message.text).join('\n'),
    passages: [],
    now: new Date(),
    ...rest,
  }
}

export function passage(title: string, content: string, confidence = 0.8): Passage {
  return { passage_id: newId(), document_id: newId(), title, heading: null, content, rank: 1, confidence }
}
