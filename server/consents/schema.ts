// Consent as the world sees it: of a contact, and how a tenant listens.

import { type Static, type TSchema, Type } from 'typebox'
import { Contact } from '../contacts/schema.ts'

const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })

const word = {
  phone_number_id: orNull(Type.String(), "Meta's id of the number that it is about; null: all of yours."),
  category: Type.String({ description: '`marketing_messages`.' }),
  value: Type.String({
    enum: ['stop', 'resume', 'signup'],
    description: '`signup` is a yes, like `resume`.',
  }),
  source: Type.String({
    description:
      "`whatsapp`: the person's own switch in the app; `message`: a word like STOP; `meta`: Meta refused a message for it; else as you told it.",
  }),
  detail: orNull(Type.String(), 'What was said, or how it is known.'),
  at: Type.String({ format: 'date-time', description: 'When it was said.' }),
}

export const ContactConsent = Type.Object(
  {
    contact: Contact,
    marketing_opt_out: Type.Boolean({
      description: 'Whether there is any number of yours from which this person wants no marketing.',
    }),
    current: Type.Array(Type.Object(word), {
      description: 'The newest word about each number, and about all. Of these two the newer one counts.',
    }),
    history: Type.Array(
      Type.Object({
        ...word,
        message_id: orNull(Type.String({ format: 'uuid' }), 'The message that said it.'),
        recorded_at: Type.String({ format: 'date-time', description: 'When Carom heard of it.' }),
      }),
      { description: 'Every word, newest first, at most 100. Nothing is ever taken out of it.' },
    ),
  },
  { $id: 'ContactConsent' },
)

export type ContactConsent = Static<typeof ContactConsent>

export const ConsentBody = Type.Object(
  {
    value: Type.Union([Type.Literal('stop'), Type.Literal('resume')]),
    phone_number_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Only this number. Without it, all of yours.',
      }),
    ),
    source: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'How you know it: `web_form`, `shop`. Default `api`.',
      }),
    ),
    detail: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'For people.' })),
    at: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'When it was said. Default now; older words than one that is known change nothing.',
      }),
    ),
  },
  { additionalProperties: false },
)

export type ConsentBody = Static<typeof ConsentBody>

const LANGUAGE = '^[a-z]{2,3}(_[A-Z]{2})?$'

const ByLanguage = <T extends TSchema>(of: T, description: string) =>
  Type.Record(Type.String({ pattern: LANGUAGE }), of, { description })

const Words = ByLanguage(
  Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 100 }),
  'By language. A message that is one of them and nothing else counts; case, accents and punctuation do not.',
)
const Texts = ByLanguage(
  Type.String({ minLength: 1, maxLength: 1024 }),
  'By language of the word. Without a text in it: the English one, else the first. None at all: no answer.',
)

const fields = {
  stop_words: Words,
  start_words: Words,
  stop_answers: Texts,
  start_answers: Texts,
  scope: Type.String({
    enum: ['number', 'all_numbers'],
    description: 'Whether a word counts for the number that it was written to, or for all of yours.',
  }),
}

export const ConsentSettings = Type.Object(
  {
    ...fields,
    updated_at: orNull(Type.String({ format: 'date-time' }), 'Null: all defaults.'),
  },
  { $id: 'ConsentSettings' },
)

export type ConsentSettings = Static<typeof ConsentSettings>

const nullable = Object.fromEntries(
  Object.entries(fields).map(([name, schema]) => [
    name,
    Type.Optional(Type.Union([schema, Type.Null()], { description: 'Null: the default again.' })),
  ]),
)

export const SettingsBody = Type.Object(nullable, { additionalProperties: false })

export type SettingsBody = {
  [Name in keyof typeof fields]?: Static<(typeof fields)[Name]> | null
}
