// A conversation as the world sees it, and the bodies of the calls that change one.

import { type Static, Type } from 'typebox'
import { Contact } from '../contacts/schema.ts'
import { Window } from '../messages/schema.ts'

export const STATUSES = ['active', 'completed', 'escalated'] as const
export type Status = (typeof STATUSES)[number]

const Nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description })
const Moment = (description: string) => Type.String({ format: 'date-time', description })
const MaybeMoment = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const LastMessage = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    direction: Type.String({ enum: ['outbound', 'inbound'] }),
    type: Type.String(),
    status: Type.String(),
    text: Nullable(
      'Its words, or what stands for them (a caption, the button that was pressed), at most 200 characters.',
    ),
    bot_id: Nullable('The bot that sent it.'),
    campaign_id: Nullable('The campaign that sent it.'),
    created_at: Moment('When it was stored.'),
  },
  { description: 'The newest message of the thread.' },
)

export const Conversation = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    phone_number_id: Type.String({ description: "Meta's id of the business number." }),
    contact: Contact,
    status: Type.String({
      enum: [...STATUSES],
      description:
        '`active`; `completed`, until the contact writes again; `escalated`: a person must look at it.',
    }),
    status_reason: Nullable('Why it stands so, where somebody said.'),
    status_at: Moment('Since when.'),
    autoreply_enabled: Type.Boolean({
      description: "The thread's own switch. A bot answers where the number's auto-reply is on as well.",
    }),
    bot_id: Nullable('The bot that is linked to the number.'),
    bot_paused_until: MaybeMoment(
      'The bot is silent until then, because a person wrote or somebody paused it. Null: it is not paused.',
    ),
    unread_count: Type.Integer({ description: 'Messages of the contact since the thread was read.' }),
    window: Window,
    last_message: Type.Union([LastMessage, Type.Null()]),
    last_inbound_at: MaybeMoment('When the contact last wrote.'),
    last_message_at: Moment('When something last happened; campaigns do not count. Lists are in this order.'),
    created_at: Moment('When it began here.'),
    updated_at: Moment('When it last changed.'),
  },
  { $id: 'Conversation' },
)
export type Conversation = Static<typeof Conversation>

export const Note = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    conversation_id: Type.String({ format: 'uuid' }),
    text: Type.String(),
    author: Nullable('Who wrote it, as given.'),
    created_at: Moment('When it was written.'),
  },
  { $id: 'Note', description: 'What colleagues tell each other about a thread. Never sent to anybody.' },
)
export type Note = Static<typeof Note>

const closed = { additionalProperties: false } as const

export const NewNote = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 10_000 }),
    author: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  closed,
)

export const AutoreplyBody = Type.Object(
  {
    enabled: Type.Boolean({ description: 'True also ends every pause of the bot in this thread.' }),
    for_minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 525_600,
        description: 'With `enabled: false`: only for so long.',
      }),
    ),
  },
  closed,
)
export type AutoreplyBody = Static<typeof AutoreplyBody>

export const StatusBody = Type.Object(
  {
    status: Type.Enum([...STATUSES]),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'For your colleagues.' })),
  },
  closed,
)

export const ReadBody = Type.Object(
  {
    receipt: Type.Optional(
      Type.Boolean({
        description: "Also tell WhatsApp: the contact sees blue ticks, unless Meta's settings say otherwise.",
      }),
    ),
  },
  closed,
)
