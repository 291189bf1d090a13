// A document of a bot's knowledge as the world sees it, and what search finds.

import { type Static, Type } from 'typebox'
import { KINDS } from './files/kinds.ts'

const Nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description })
const closed = { additionalProperties: false } as const

/** Of a text that is typed in; what is longer comes as a file. */
export const MAX_TYPED = 200_000

export const MAX_TITLE = 200

const title = Type.String({ minLength: 1, maxLength: MAX_TITLE })
const content = Type.String({
  minLength: 1,
  maxLength: MAX_TYPED,
  description: 'Plain text; lines that begin with # are headings.',
})

const document = {
  id: Type.String({ format: 'uuid' }),
  bot_id: Type.String({ format: 'uuid' }),
  kind: Type.String({ enum: ['text', 'file'] }),
  title: Type.String({ description: 'Found more easily than what stands inside.' }),
  filename: Nullable('Of a file.'),
  mime_type: Nullable(
    `Of a file: ${Object.values(KINDS)
      .map(kind => kind.mime_type)
      .join(', ')}.`,
  ),
  size: Type.Union([Type.Integer(), Type.Null()], { description: 'Of the file, in bytes.' }),
  sha256: Nullable('Of the file, in hex.'),
  language: Nullable(
    'The language that it is searched as. Null: none could be told, words are taken as they are.',
  ),
  characters: Type.Integer({ description: 'Of its text.' }),
  passage_count: Type.Integer({ description: 'Into how many passages it was cut.' }),
  created_at: Type.String({ format: 'date-time' }),
  updated_at: Type.String({ format: 'date-time' }),
}

export const Document = Type.Object(document, { $id: 'KnowledgeDocument' })
export type Document = Static<typeof Document>

export const FullDocument = Type.Object(
  { ...document, content: Type.String({ description: 'The text; of a file, what was read out of it.' }) },
  { $id: 'KnowledgeDocumentWithContent' },
)

export const NewText = Type.Object({ title, content }, closed)
export type NewText = Static<typeof NewText>

export const NewFile = Type.Object(
  {
    file: Type.String({
      format: 'binary',
      description: 'PDF, DOCX, HTML, Markdown or plain text; at most 20 MB.',
    }),
    title: Type.Optional(title),
  },
  { contentMediaType: 'multipart/form-data', additionalProperties: false },
)

export const DocumentPatch = Type.Object(
  { title: Type.Optional(title), content: Type.Optional(content) },
  closed,
)
export type DocumentPatch = Static<typeof DocumentPatch>

export const SearchBody = Type.Object(
  {
    query: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: 'A question as a person would ask it.',
    }),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 20, description: 'How many at most. Default 5.' }),
    ),
  },
  closed,
)

export const FoundPassage = Type.Object(
  {
    passage_id: Type.String({ format: 'uuid' }),
    document_id: Type.String({ format: 'uuid' }),
    title: Type.String({ description: 'Of the document.' }),
    heading: Nullable('The headings above the passage, from the outermost.'),
    content: Type.String(),
    rank: Type.Number({
      description: 'Orders what was found for one question; says nothing across questions.',
    }),
    confidence: Type.Number({
      description:
        'From 0 to 1: how much of what the question asks about stands in the passage. Rare words weigh more than common ones.',
    }),
  },
  { $id: 'FoundPassage' },
)
export type FoundPassage = Static<typeof FoundPassage>
