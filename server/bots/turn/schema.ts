// What became of a turn, as the world sees it.

import { type Static, Type } from 'typebox'
import { REASONS } from './reasons.ts'

const Nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description })
const Id = Type.String({ format: 'uuid' })
const Moment = Type.String({ format: 'date-time' })

export const STATES = ['open', 'answered', 'dropped'] as const

export const Reason = Type.Union([
  Type.Object({ code: Type.String({ enum: Object.keys(REASONS) }), message: Type.String() }),
  Type.Null(),
])

export const Answers = Type.Array(
  Type.Object({ type: Type.String(), content: Type.Object({}, { additionalProperties: true }) }),
  { description: 'Messages as they stand on the wire.' },
)

export const Problem = Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()])

/** What every answer of an engine tells about itself. */
export const told = {
  engine: Nullable('`knowledge`, `llm` or `webhook`.'),
  model: Nullable('The model that was asked.'),
  input_tokens: Type.Integer({ description: 'What the model read, all attempts and steps together.' }),
  output_tokens: Type.Integer({ description: 'What it wrote.' }),
  cost: Nullable('By `config.prices`, a decimal as text. Null where the prices are not known.'),
  currency: Nullable('Of the cost.'),
  passages: Type.Array(
    Type.Object({
      passage_id: Id,
      document_id: Id,
      title: Type.String(),
      heading: Nullable('The headings above it.'),
      content: Type.String(),
      rank: Type.Number(),
      confidence: Type.Number({ description: 'From 0 to 1: how much of the question it speaks of.' }),
    }),
    { description: 'What of the knowledge was given to the engine.' },
  ),
  tool_calls: Type.Array(
    Type.Object({
      name: Type.String(),
      arguments: Type.Unknown(),
      outcome: Type.String({ enum: ['ok', 'refused', 'failed'] }),
      detail: Nullable('Why it was refused, or failed.'),
      latency_ms: Type.Integer(),
    }),
  ),
  latency_ms: Type.Union([Type.Integer(), Type.Null()], { description: 'From taking it up to the end.' }),
}

export const BotTurn = Type.Object(
  {
    id: Id,
    bot_id: Id,
    conversation_id: Id,
    phone_number_id: Type.String({ description: "Meta's id of the business number." }),
    state: Type.String({
      enum: [...STATES],
      description: '`open`: waits for more, or is being answered; `dropped`: nothing was sent.',
    }),
    reply: Type.Union([Type.String({ enum: ['answer', 'fallback', 'handover'] }), Type.Null()], {
      description: 'What was sent.',
    }),
    reason: Reason,
    asked: Type.Array(Id, { description: "The contact's messages that are answered together." }),
    message_ids: Type.Array(Id, { description: 'The messages that were sent.' }),
    answer: Type.Union([Answers, Type.Null()]),
    ...told,
    attempts: Type.Integer({ description: 'How often it was taken up.' }),
    error: Problem,
    opened_at: Moment,
    closed_at: Type.Union([Moment, Type.Null()]),
  },
  { $id: 'BotTurn' },
)

export type BotTurn = Static<typeof BotTurn>
