// What the route table of knowledge shows in the API's documentation.

import { Type } from 'typebox'

export const BotPath = Type.Object({ id: Type.String({ format: 'uuid' }) })

export const DocumentPath = Type.Object({
  id: Type.String({ format: 'uuid' }),
  document_id: Type.String({ format: 'uuid' }),
})

const content = 'We ship to all of Europe, Norway and Switzerland included. Parcels take two to four days.'

export const examples = {
  text: { title: 'Shipping', content },
  document: {
    id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d30',
    bot_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d21',
    kind: 'text',
    title: 'Shipping',
    filename: null,
    mime_type: null,
    size: null,
    sha256: null,
    language: 'english',
    characters: content.length,
    passage_count: 1,
    created_at: '2026-11-23T06:38:00.000Z',
    updated_at: '2026-11-23T06:38:00.000Z',
  },
  found: {
    passage_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d31',
    document_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d30',
    title: 'Shipping',
    heading: null,
    content,
    rank: 1.21,
    confidence: 1,
  },
}
