// The routes of what a bot knows.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { decodeCursor, IdCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { addDocument } from './add.ts'
import { changeDocument, removeDocument } from './change.ts'
import { BotPath, DocumentPath, examples } from './documented.ts'
import { listDocuments, presentDocument, requireBot, requireDocument } from './find.ts'
import type { Knowledge } from './room.ts'
import {
  Document,
  DocumentPatch,
  FoundPassage,
  FullDocument,
  NewFile,
  NewText,
  SearchBody,
} from './schema.ts'
import { searchKnowledge } from './search.ts'

const tag = 'Knowledge'

export function knowledgeRoutes(knowledge: Knowledge): Route<Transaction>[] {
  return [
    ...readRoutes(knowledge),
    addRoute(knowledge),
    searchRoute(knowledge),
    changeRoute(knowledge),
    removeRoute(),
  ]
}

function readRoutes(knowledge: Knowledge): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/bots/:id/knowledge',
      scope: 'knowledge:read',
      tag,
      summary: 'List what a bot knows, newest first',
      params: BotPath,
      query: listQuery({}),
      replies: { 200: listReply(Document) },
      errors: ['not_found', 'invalid_parameter'],
      async handle({ tenant_id, params, query }) {
        const { limit = 25, cursor } = query
        const after = decodeCursor(IdCursor, cursor)
        const rows = await listDocuments(knowledge, tenant_id, params.id, { after, rows: limit + 1 })
        return { status: 200, body: page(rows, limit, row => row.id, presentDocument) }
      },
    }),
    route({
      method: 'GET',
      path: '/bots/:id/knowledge/:document_id',
      scope: 'knowledge:read',
      tag,
      summary: 'Read a document',
      description: 'With its text.',
      params: DocumentPath,
      replies: { 200: FullDocument },
      errors: ['not_found'],
      example: { reply: { ...examples.document, content: examples.text.content } },
      async handle({ tenant_id, params }) {
        const row = await requireDocument(knowledge.db, tenant_id, params.id, params.document_id)
        return { status: 200, body: { ...presentDocument(row), content: row.content } }
      },
    }),
  ]
}

function addRoute(knowledge: Knowledge): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/bots/:id/knowledge',
    scope: 'knowledge:write',
    tag,
    summary: 'Teach a bot something',
    description:
      'A text as JSON, or a file as a multipart form: PDF, DOCX, HTML, Markdown or plain text, at most 20 MB. The text is read out of the file at once, and the file itself is not kept. What cannot be read is refused with the reason.',
    params: BotPath,
    body: Type.Union([NewText, NewFile]),
    stream: true,
    replies: { 201: Document },
    errors: [
      ...(['not_found', 'malformed_json', 'invalid_header', 'invalid_parameter'] as const),
      ...(['payload_too_large', 'unsupported_media_type'] as const),
    ],
    // The document's id is that of the Idempotency-Key: a second run finds it there.
    idempotency: 'rerun',
    example: { body: examples.text, reply: examples.document },
    async handle({ tenant_id, params, stream, headers, idempotency_id }) {
      const call = { tenant_id, stream, headers, idempotency_id }
      return { status: 201, body: await addDocument(knowledge, params.id, call) }
    },
  })
}

function searchRoute(knowledge: Knowledge): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/bots/:id/knowledge/search',
    scope: 'knowledge:read',
    tag,
    summary: 'Ask what a bot knows',
    description:
      'The passages that fit a question, the best first. Small words, endings, accents and slips of the pen do not matter; the meaning of words is not known.',
    params: BotPath,
    body: SearchBody,
    replies: { 200: Type.Object({ data: Type.Array(FoundPassage) }) },
    errors: ['not_found', 'invalid_parameter'],
    idempotency: 'rerun',
    example: { body: { query: 'Do you ship to Norway?', limit: 3 }, reply: { data: [examples.found] } },
    async handle({ tenant_id, params, body }) {
      await requireBot(knowledge, knowledge.db, tenant_id, params.id)
      const data = await searchKnowledge(knowledge, tenant_id, params.id, body.query, body.limit ?? 5)
      return { status: 200, body: { data } }
    },
  })
}

function changeRoute(knowledge: Knowledge): Route<Transaction> {
  return route({
    method: 'PUT',
    path: '/bots/:id/knowledge/:document_id',
    scope: 'knowledge:write',
    tag,
    summary: 'Change a document',
    description: 'Its title, or its text; of a file only the title.',
    params: DocumentPath,
    body: DocumentPatch,
    replies: { 200: Document },
    errors: ['not_found', 'invalid_state', 'invalid_parameter'],
    idempotency: 'transaction',
    example: { body: { content: examples.text.content }, reply: examples.document },
    handle: async ({ db, tenant_id, params, body }) => ({
      status: 200,
      body: await changeDocument(
        knowledge,
        db,
        { tenant_id, bot_id: params.id, id: params.document_id },
        body,
      ),
    }),
  })
}

function removeRoute(): Route<Transaction> {
  return route({
    method: 'DELETE',
    path: '/bots/:id/knowledge/:document_id',
    scope: 'knowledge:write',
    tag,
    summary: 'Make a bot forget a document',
    params: DocumentPath,
    replies: { 204: null },
    errors: ['not_found'],
    idempotency: 'transaction',
    async handle({ db, tenant_id, params }) {
      await removeDocument(db, { tenant_id, bot_id: params.id, id: params.document_id })
      return { status: 204 }
    },
  })
}
