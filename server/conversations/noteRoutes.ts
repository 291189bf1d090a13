// The routes of notes in a conversation.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { decodeCursor, IdCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { ConversationPath, examples, READ_ERRORS } from './documented.ts'
import { addNote, notesOf, presentNote, removeNote } from './notes.ts'
import type { Conversations } from './room.ts'
import { NewNote, Note } from './schema.ts'

const tag = 'Conversations'

const NotePath = Type.Object({
  id: Type.String({ format: 'uuid' }),
  note_id: Type.String({ format: 'uuid' }),
})

export function noteRoutes(conversations: Conversations): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/conversations/:id/notes',
      scope: 'conversations:read',
      tag,
      summary: 'List the notes of a conversation, newest first',
      params: ConversationPath,
      query: listQuery({}),
      replies: { 200: listReply(Note) },
      errors: READ_ERRORS,
      async handle({ tenant_id, params, query }) {
        const { limit = 25, cursor } = query
        const after = decodeCursor(IdCursor, cursor)
        const rows = await notesOf(conversations, tenant_id, params.id, { after, rows: limit + 1 })
        return { status: 200, body: page(rows, limit, row => row.id, presentNote) }
      },
    }),
    route({
      method: 'POST',
      path: '/conversations/:id/notes',
      scope: 'conversations:write',
      tag,
      summary: 'Write a note',
      description: 'For your colleagues; it is never sent.',
      params: ConversationPath,
      body: NewNote,
      replies: { 201: Note },
      errors: READ_ERRORS,
      idempotency: 'transaction',
      example: { body: { text: examples.note.text, author: 'Grace' }, reply: examples.note },
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 201,
        body: await addNote(conversations, db, tenant_id, params.id, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/conversations/:id/notes/:note_id',
      scope: 'conversations:write',
      tag,
      summary: 'Delete a note',
      params: NotePath,
      replies: { 204: null },
      errors: ['not_found'],
      idempotency: 'transaction',
      async handle({ db, tenant_id, params }) {
        await removeNote(db, tenant_id, params.id, params.note_id)
        return { status: 204 }
      },
    }),
  ]
}
