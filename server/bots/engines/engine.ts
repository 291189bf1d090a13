// What an engine is: a function from a turn's input to its outcome. It knows no table and sends nothing; what it may call
// (the model, the tenant's URL, a tool) it calls through the guarded fetch that it is given.

import type { Contact } from '../../contacts/schema.ts'
import type { BotConfig } from '../schema.ts'
import type { GuardedFetch } from './reach.ts'

/** One message of the thread, oldest first. `text` says in words what it was, whatever its kind. */
export type ThreadMessage = {
  id: string
  from: 'customer' | 'bot' | 'person'
  at: Date
  type: string
  text: string
  /** Whether `text` is the customer's own words, rather than a description of something that has none. */
  spoken: boolean
  image?: { bytes: Buffer; mime_type: string }
}

export type Passage = {
  passage_id: string
  document_id: string
  title: string
  heading: string | null
  content: string
  rank: number
  /** From 0 to 1: how much of the question it speaks of. */
  confidence: number
}

export type Tool = NonNullable<BotConfig['tools']>[number]

export type TurnInput = {
  turn_id: string
  conversation_id: string
  bot: { id: string; name: string; system_prompt: string; config: BotConfig }
  /** Nothing of it will be sent; the tenant's URLs are told so. */
  simulated: boolean
  /** Never part of a prompt, a tool call or a result. */
  secrets: { api_key: string | null; signing_secret: string }
  contact: Contact
  thread: ThreadMessage[]
  /** Ids of the messages that are to be answered: the last ones of the thread. */
  asked: string[]
  /** What the customer asks, in words, of all messages that are to be answered. */
  question: string
  passages: Passage[]
  now: Date
}

export type Answer = { type: string; content: object }

export type ToolCall = {
  name: string
  arguments: unknown
  outcome: 'ok' | 'refused' | 'failed'
  detail: string | null
  latency_ms: number
}

export type Spent = { input_tokens: number; output_tokens: number }

/** What is told of every turn, however it ends. */
export type Told = {
  model: string | null
  spent: Spent | null
  passages: Passage[]
  tool_calls: ToolCall[]
}

export type Outcome = Told &
  (
    | { kind: 'answer'; messages: Answer[] }
    /** The engine wants nothing to be said. */
    | { kind: 'silence' }
    /** There is no answer to give: the fallback text goes out. */
    | { kind: 'unanswerable'; reason: string }
    /** It did not work. `retry`: it may, later; `wait_ms` is what the other side asked for. */
    | { kind: 'failed'; retry: boolean; wait_ms: number; problem: Problem }
  )

export type Problem = { code: string; message: string }

export type EngineTools = { fetch: GuardedFetch }

export const NOTHING_TOLD: Told = { model: null, spent: null, passages: [], tool_calls: [] }

/** So many messages of a thread, and so much of each, are shown to an engine. */
export const THREAD_MESSAGES = 30
export const MESSAGE_CHARACTERS = 4_096
