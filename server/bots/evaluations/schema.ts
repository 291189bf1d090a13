// The bodies and answers of what tries a bot out.

import { type Static, Type } from 'typebox'
import { Answers, Problem, Reason, told } from '../turn/schema.ts'

const Id = Type.String({ format: 'uuid' })
const closed = { additionalProperties: false } as const

const said = {
  reply: Type.Union([Type.String({ enum: ['answer', 'fallback', 'handover'] }), Type.Null()], {
    description: 'What would go out. Null: nothing, and `reason` tells why.',
  }),
  text: Type.Union([Type.String(), Type.Null()], { description: 'The texts of `messages`.' }),
  messages: Answers,
  reason: Reason,
  ...told,
  error: Problem,
}

export const Evaluation = Type.Object(said, { $id: 'BotEvaluation' })

export const Draft = Type.Object(
  { conversation_id: Id, bot_id: Id, ...said },
  { $id: 'BotDraft', description: 'A suggestion. Nothing of it was sent.' },
)

const Text = Type.String({ minLength: 1, maxLength: 4096 })

export const Line = Type.Union([
  Text,
  Type.Object(
    {
      from: Type.Optional(Type.Enum(['customer', 'bot', 'person'], { description: 'Default: customer.' })),
      text: Text,
    },
    closed,
  ),
  Type.Object({ role: Type.Enum(['user', 'assistant']), content: Text }, closed),
])
export type Line = Static<typeof Line>

export const SimulateBody = Type.Object(
  {
    messages: Type.Array(Line, {
      minItems: 1,
      maxItems: 100,
      description:
        'The thread, oldest first; its last messages are the ones to be answered. A text alone is the customer’s; `{role, content}` is understood as well.',
    }),
  },
  closed,
)

export const ReplayBody = Type.Object(
  {
    conversation_ids: Type.Array(Id, { minItems: 1, maxItems: 10, uniqueItems: true }),
    last: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10,
        description: 'How many of the newest questions of each thread are answered again. Default 5.',
      }),
    ),
  },
  closed,
)

const Spoken = Type.Object({
  id: Id,
  from: Type.String({ enum: ['customer', 'bot', 'person'] }),
  text: Type.String(),
  at: Type.String({ format: 'date-time' }),
})

export const Replay = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        conversation_id: Id,
        turns: Type.Array(
          Type.Object({
            asked: Type.Array(Spoken),
            old: Type.Array(Spoken, { description: 'What was answered then; empty where nothing was.' }),
            new: Evaluation,
          }),
        ),
      }),
    ),
    totals: Type.Object({
      turns: Type.Integer(),
      input_tokens: Type.Integer(),
      output_tokens: Type.Integer(),
      cost: Type.Union([Type.String(), Type.Null()]),
      currency: Type.Union([Type.String(), Type.Null()]),
    }),
  },
  { $id: 'BotReplay' },
)

export const DraftBody = Type.Object(
  {
    bot_id: Type.Optional(
      Type.String({ format: 'uuid', description: 'Default: the bot that is linked to the number.' }),
    ),
  },
  closed,
)
