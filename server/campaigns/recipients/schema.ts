// What adding recipients answers, and recipients as the world sees them.

import { type Static, type TSchema, Type } from 'typebox'
import { MessageError } from '../../messages/schema.ts'

const Complaint = Type.Object({
  line: Type.Integer({ description: 'The line of the file, or the place in the list, from 1.' }),
  message: Type.String(),
})

export const Note = Type.Object({
  line: Type.Integer(),
  kind: Type.String({ enum: ['duplicate', 'opted_out'] }),
  message: Type.String(),
})

export type Note = Static<typeof Note>

export const Imported = Type.Object(
  {
    added: Type.Integer({ description: 'How many recipients the campaign has got by this call.' }),
    duplicates: Type.Integer({ description: 'Left out: there already, or twice in what was sent.' }),
    invalid: Type.Integer({ description: 'Left out: no possible phone number.' }),
    opted_out: Type.Integer({
      description: 'Of those that were added: people who want no marketing from this number at present.',
    }),
    errors: Type.Array(Complaint, { description: 'The first 100 that are invalid, each with the reason.' }),
    notes: Type.Array(Note, { description: 'The first 100 duplicates and people who opted out.' }),
  },
  { $id: 'ImportedRecipients' },
)

export type Imported = Static<typeof Imported>

export const RECIPIENT_STATUSES = [
  'pending',
  'sent',
  'delivered',
  'read',
  'failed',
  'skipped',
  'unknown',
] as const

export type RecipientStatus = (typeof RECIPIENT_STATUSES)[number]

const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })
const Moment = (description: string) => orNull(Type.String({ format: 'date-time' }), description)
const Any = Type.Object({}, { additionalProperties: true })

export const CampaignRecipient = Type.Object(
  {
    number: Type.Integer({ description: 'Its place among all that were given, from 1.' }),
    to: Type.String({ description: 'E.164 with +, or a business-scoped user id.' }),
    country: orNull(Type.String(), 'ISO 3166, told by the number.'),
    variables: orNull(Any, 'What it brought.'),
    components: orNull(Type.Array(Any), "In place of the campaign's own."),
    status: Type.String({ enum: [...RECIPIENT_STATUSES], description: 'How far its message has come.' }),
    outcome: Type.String({ description: 'The status in words: what happened, why, and what to do.' }),
    error: Type.Union([MessageError, Type.Null()], { description: 'What Meta answered, explained.' }),
    reason: orNull(
      Type.Object({ code: Type.String(), message: Type.String() }),
      'Why it was skipped, or failed before Meta was asked.',
    ),
    message_id: orNull(Type.String({ format: 'uuid' }), 'The message of the newest attempt.'),
    wamid: orNull(Type.String(), "Meta's id of that message."),
    attempts: Type.Integer(),
    due_at: Moment('Not before this time; null: as soon as its turn comes.'),
    sent_at: Moment('When Meta took it.'),
    delivered_at: Moment('When it reached the phone.'),
    read_at: Moment('When it was read.'),
    replied_at: Moment('When it was answered.'),
    failed_at: Moment('When it failed.'),
  },
  { $id: 'CampaignRecipient', additionalProperties: false },
)

export type CampaignRecipient = Static<typeof CampaignRecipient>

export const FailureGroup = Type.Object(
  {
    code: Type.String({ description: "Meta's error number, or a code of Carom's own." }),
    title: Type.String(),
    cause: Type.String(),
    next_step: Type.String(),
    fix_by: orNull(Type.String(), 'sender, operator, recipient or meta.'),
    retry: Type.String({ description: 'never, later or now: whether sending it again can help.' }),
    recipients: Type.Integer(),
    examples: Type.Array(Type.String(), { description: 'Some of those whom it happened to.' }),
  },
  { $id: 'CampaignFailureGroup', additionalProperties: false },
)

export type FailureGroup = Static<typeof FailureGroup>
