// From what an engine answered to what goes out: the answer, the fallback text, nothing, or another try.

import { backoffMs } from '../../kit/backoff.ts'
import type { Answer, Outcome } from '../engines/engine.ts'
import type { BotConfig } from '../schema.ts'
import { fallbackText } from './handover.ts'
import { escalates } from './judge.ts'
import { REASONS, type Reason, type ReasonCode, reasonOf } from './reasons.ts'

export type Decision =
  | { do: 'send'; reply: 'answer' | 'fallback' | 'handover'; messages: Answer[]; reason: Reason | null }
  | { do: 'drop'; reason: Reason; answer: Answer[] | null }
  | { do: 'retry'; in_ms: number }

/** An engine is asked so often before the fallback text goes out. */
export const MOST_ATTEMPTS = 4

const RETRY_BASE_MS = 2_000
const RETRY_CAP_MS = 20_000

export type Circumstances = {
  config: BotConfig
  attempts: number
  /** The thread waits for a person already because the engine failed: the contact has been told. */
  told_before: boolean
  repeated: (messages: Answer[]) => boolean
}

export function decide(outcome: Outcome, circumstances: Circumstances): Decision {
  const { config, attempts, told_before, repeated } = circumstances
  switch (outcome.kind) {
    case 'answer':
      return repeated(outcome.messages)
        ? drop('repeated_answer', outcome.messages)
        : { do: 'send', reply: 'answer', messages: outcome.messages, reason: null }
    case 'silence':
      return drop('engine_silent')
    case 'unanswerable': {
      const said = fallback(config, reasonOf(knownReason(outcome.reason)))
      return repeated(said.messages) ? drop('repeated_answer', said.messages) : said
    }
    case 'failed':
      if (outcome.retry && attempts < MOST_ATTEMPTS) {
        const in_ms = Math.max(outcome.wait_ms, backoffMs(attempts, RETRY_BASE_MS, RETRY_CAP_MS))
        return { do: 'retry', in_ms }
      }
      return told_before ? drop('engine_failed') : fallback(config, reasonOf('engine_failed'))
  }
}

export function drop(code: ReasonCode, answer: Answer[] | null = null): Extract<Decision, { do: 'drop' }> {
  return { do: 'drop', reason: reasonOf(code), answer }
}

function fallback(config: BotConfig, reason: Reason): Extract<Decision, { do: 'send' }> {
  const messages: Answer[] = [
    { type: 'text', content: { body: fallbackText(config, escalates(reason.code)) } },
  ]
  return { do: 'send', reply: 'fallback', messages, reason }
}

function knownReason(code: string): ReasonCode {
  return code in REASONS ? (code as ReasonCode) : 'not_understood'
}
