// A message as the world sees it, and the bodies of the calls that send one.

import { type Static, type TProperties, Type } from 'typebox'
import { Contact } from '../contacts/schema.ts'

const Nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description })
const Moment = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

export const STATUSES = [
  'queued',
  'sending',
  'unknown',
  'accepted',
  'sent',
  'delivered',
  'read',
  'failed',
  'received',
] as const

export const MessageError = Type.Object(
  {
    code: Type.Union([Type.Integer(), Type.String()], {
      description: "Meta's error number, or a code of Carom's own (`not_confirmed`, `meta_unavailable`).",
    }),
    subcode: Type.Optional(Type.Integer()),
    title: Type.String(),
    details: Type.Optional(Type.String({ description: "Meta's own words." })),
    fbtrace_id: Type.Optional(Type.String()),
    cause: Type.String(),
    fix_by: Type.String({ enum: ['sender', 'operator', 'recipient', 'meta'] }),
    retry: Type.String({ enum: ['never', 'later', 'now'] }),
    next_step: Type.String(),
  },
  { $id: 'MessageError', description: 'What went wrong, what it means, and who can do what about it.' },
)

const Any = (description: string) =>
  Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], { description })

/** What is known of a message beyond Meta's own parts of it. */
const beside = {
  origin: Type.String({
    enum: ['live', 'app', 'history'],
    description:
      '`live`: sent through this API, or received as it was written; `app`: typed in the WhatsApp Business app; `history`: from before the number was connected.',
  }),
  context: Any('Whether it was forwarded, who wrote what it quotes, and the product that it asks about.'),
  referral: Any('The ad or post that the contact came from.'),
  edits: Type.Union([Type.Array(Type.Object({ at: Type.String(), content: Type.Unknown() })), Type.Null()], {
    description: 'Every version of an edited message, the oldest first; `content` is the newest.',
  }),
  edited_at: Moment('When it was last edited.'),
  revoked_at: Moment('When it was deleted for everyone. Its content stays here.'),
  raw: Type.Optional(
    Type.Unknown({ description: "Meta's own object, with `include=raw`; null where it is not kept." }),
  ),
}

export const Message = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    wamid: Nullable("Meta's message id; null until Meta has answered."),
    direction: Type.String({ enum: ['outbound', 'inbound'] }),
    phone_number_id: Type.String({ description: "Meta's id of the business number." }),
    to: Type.Optional(
      Nullable('Outbound: E.164 with +, or the business-scoped user id, as it was addressed.'),
    ),
    from: Type.Optional(
      Nullable('Inbound: E.164 with +, or the business-scoped user id where there is no number.'),
    ),
    contact: Contact,
    type: Type.String({ description: '`text`, `template`, `image`, `reaction`, … as Meta names them.' }),
    status: Type.String({ enum: [...STATUSES] }),
    content: Type.Unknown({ description: "The object that Meta's wire carries under the name of the type." }),
    template: Type.Union(
      [
        Type.Object({ name: Type.String(), language: Type.String() }, { additionalProperties: true }),
        Type.Null(),
      ],
      { description: 'Name and language of the template that was sent.' },
    ),
    reply_to: Nullable('The wamid of the message that this one quotes.'),
    client_ref: Nullable('Yours, as given with the send.'),
    campaign_id: Nullable('The campaign that sent it.'),
    bot_id: Nullable('The bot that sent it.'),
    error: Type.Union([MessageError, Type.Null()]),
    pricing: Type.Unknown({
      description: "Meta's pricing object, as the highest status that had one told it.",
    }),
    cost: Type.Union(
      [
        Type.Object({
          amount: Type.Union([Type.String(), Type.Null()], { description: 'Null: there is no known price.' }),
          currency: Type.Union([Type.String(), Type.Null()]),
          rate_card: Type.Union([Type.String(), Type.Null()]),
        }),
        Type.Null(),
      ],
      {
        description: 'What that is in money, at the list price: volume steps are known only over the month.',
      },
    ),
    created_at: Type.String({ format: 'date-time', description: 'When Carom stored it.' }),
    accepted_at: Moment('When Meta took it.'),
    sent_at: Moment("When it left Meta's servers (outbound), or when the person wrote it (inbound)."),
    delivered_at: Moment('When it reached the phone.'),
    read_at: Moment('When it was read.'),
    failed_at: Moment('When it failed.'),
    ...beside,
  },
  { $id: 'Message' },
)

export type Message = Static<typeof Message>

const common = {
  phone_number_id: Type.String({
    minLength: 1,
    maxLength: 64,
    description: "The business number that sends: Carom's id or Meta's phone number ID.",
  }),
  to: Type.String({
    minLength: 1,
    maxLength: 150,
    description: 'A phone number with country code in any usual spelling, or a business-scoped user id.',
  }),
  reply_to: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'Quotes this message: our id or a wamid.' }),
  ),
  client_ref: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Yours; returned with the message and on its events.',
    }),
  ),
}

const language = Type.String({
  minLength: 2,
  maxLength: 10,
  description: 'As Meta writes it: `en_US`, `de`.',
})

const components = Type.Array(Type.Object({}, { additionalProperties: true }), {
  maxItems: 20,
  description: "Meta's components with the values of the template's variables.",
})

const variables = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Shorthand for components: `{"1": "Ada"}` or `{"first_name": "Ada"}`.',
})

const freeForm = {
  ...common,
  fallback: Type.Optional(
    Type.Object(
      {
        template: Type.String({ minLength: 1 }),
        language,
        components: Type.Optional(components),
        variables: Type.Optional(variables),
      },
      {
        additionalProperties: false,
        description: 'The template to send instead when the session window is closed.',
      },
    ),
  ),
  ignore_window: Type.Optional(
    Type.Boolean({
      description: 'Leave the decision to Meta, for a number whose earlier history Carom cannot know.',
    }),
  ),
}

/** The body of a call that sends one kind of message: the kind's own fields, and those that every send takes. */
export function bodyOf(fields: TProperties, { quotes }: { quotes: boolean }) {
  const { phone_number_id, to, reply_to, ...rest } = freeForm
  const all = { phone_number_id, to, ...fields, ...(quotes ? { reply_to } : {}), ...rest }
  return Type.Object(all, { additionalProperties: false })
}

/** What such a body holds besides the kind's own fields. */
const Common = Type.Object(freeForm)
export type Common = Static<typeof Common>

export const TemplateBody = Type.Object(
  {
    ...common,
    template: Type.String({ minLength: 1, maxLength: 512, description: "The template's name." }),
    language,
    components: Type.Optional(components),
    variables: Type.Optional(variables),
    fallback: freeForm.fallback,
    ignore_window: freeForm.ignore_window,
  },
  { additionalProperties: false },
)

export type TemplateBody = Static<typeof TemplateBody>

export const ReadBody = Type.Object(
  { typing: Type.Optional(Type.Boolean({ description: 'Also show "typing…" for up to 25 seconds.' })) },
  { additionalProperties: false },
)

export const Window = Type.Object(
  {
    open: Type.Boolean({ description: 'Whether anything but a template can be sent now.' }),
    expires_at: Moment('When the window closes, or closed. Null where this contact never wrote.'),
    last_inbound_at: Moment('When the contact last wrote.'),
    free_entry_point_expires_at: Moment(
      'Until when everything is free, after an answer to a Click-to-WhatsApp ad.',
    ),
  },
  { $id: 'Window' },
)
