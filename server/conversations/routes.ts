// The routes of conversations. Those of notes are in noteRoutes.ts.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { decodeCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { present } from '../messages/present.ts'
import { Message } from '../messages/schema.ts'
import { changeAutoreply, changeStatus } from './change.ts'
import { ConversationPath, examples, READ_ERRORS } from './documented.ts'
import { listConversations, listThread, requireConversation } from './find.ts'
import { noteRoutes } from './noteRoutes.ts'
import { readConversation } from './read.ts'
import type { Conversations } from './room.ts'
import { AutoreplyBody, Conversation, ReadBody, STATUSES, StatusBody } from './schema.ts'

const tag = 'Conversations'

const Cursor = Type.Object({ at: Type.String({ maxLength: 40 }), id: Type.String({ format: 'uuid' }) })

const ListQuery = listQuery({
  status: Type.Optional(Type.String({ enum: [...STATUSES] })),
  unread: Type.Optional(
    Type.Boolean({ description: 'true: those with unread messages; false: the others.' }),
  ),
  bot_id: Type.Optional(
    Type.String({
      format: 'uuid',
      description: 'On numbers that this bot is linked to, and those in which it has answered.',
    }),
  ),
  phone_number_id: Type.Optional(Type.String({ description: "Our id of the number, or Meta's." })),
  contact: Type.Optional(
    Type.String({ description: 'A contact id, a phone number, or a business-scoped user id.' }),
  ),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        "Part of the contact's name, username or number, or of what was said: in the last 20 messages of the 2,000 newest threads that the other filters leave.",
    }),
  ),
})

export function conversationRoutes(conversations: Conversations): Route<Transaction>[] {
  return [
    listRoute(conversations),
    readRoute(conversations),
    messagesRoute(conversations),
    ...changingRoutes(conversations),
    markReadRoute(conversations),
    ...noteRoutes(conversations),
  ]
}

function listRoute(conversations: Conversations): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/conversations',
    scope: 'conversations:read',
    tag,
    summary: 'List conversations, the newest activity first',
    description:
      'A conversation is the thread of one contact on one number; it begins with the first message of the contact.',
    query: ListQuery,
    replies: { 200: listReply(Conversation) },
    errors: ['invalid_parameter', 'invalid_phone_number'],
    async handle({ tenant_id, query }) {
      const { limit = 25, cursor, ...filters } = query
      const after = decodeCursor(Cursor, cursor)
      const found = await listConversations(conversations, tenant_id, filters, {
        rows: limit + 1,
        ...(after ? { after } : {}),
      })
      const cursorOf = ({ row }: (typeof found)[number]) => ({ at: row.cursor_at, id: row.id })
      return { status: 200, body: page(found, limit, cursorOf, one => one.shown) }
    },
  })
}

function readRoute(conversations: Conversations): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/conversations/:id',
    scope: 'conversations:read',
    tag,
    summary: 'Read a conversation',
    params: ConversationPath,
    replies: { 200: Conversation },
    errors: ['not_found'],
    example: { reply: examples.conversation },
    handle: async ({ tenant_id, params }) => ({
      status: 200,
      body: await requireConversation(conversations, conversations.db, tenant_id, params.id),
    }),
  })
}

function messagesRoute(conversations: Conversations): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/conversations/:id/messages',
    scope: 'conversations:read',
    tag,
    summary: 'List the messages of a conversation, newest first',
    params: ConversationPath,
    query: listQuery({}),
    replies: { 200: listReply(Message) },
    errors: ['not_found', 'invalid_parameter'],
    async handle({ tenant_id, params, query }) {
      const { limit = 25, cursor } = query
      const after = decodeCursor(Cursor, cursor)
      const rows = await listThread(conversations, tenant_id, params.id, {
        limit: limit + 1,
        ...(after ? { after } : {}),
      })
      return { status: 200, body: page(rows, limit, row => ({ at: row.cursor_at, id: row.id }), present) }
    },
  })
}

function changingRoutes(conversations: Conversations): Route<Transaction>[] {
  const change = {
    scope: 'conversations:write',
    tag,
    params: ConversationPath,
    replies: { 200: Conversation },
    errors: READ_ERRORS,
    idempotency: 'transaction',
  } as const
  return [
    route({
      ...change,
      method: 'POST',
      path: '/conversations/:id/autoreply',
      summary: 'Let the bot answer in this thread, or keep it out',
      description:
        "The number's own auto-reply must be on as well. Switching it on ends every pause, also the one that a person's message makes.",
      body: AutoreplyBody,
      example: { body: { enabled: false, for_minutes: 60 }, reply: examples.conversation },
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 200,
        body: await changeAutoreply(conversations, db, tenant_id, params.id, body),
      }),
    }),
    route({
      ...change,
      method: 'PUT',
      path: '/conversations/:id/status',
      summary: 'Set the status of a conversation',
      description: 'A completed one becomes active again when the contact writes.',
      body: StatusBody,
      example: { body: { status: 'completed' }, reply: { ...examples.conversation, status: 'completed' } },
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 200,
        body: await changeStatus(conversations, db, tenant_id, params.id, body),
      }),
    }),
  ]
}

function markReadRoute(conversations: Conversations): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/conversations/:id/read',
    scope: 'conversations:write',
    tag,
    summary: 'Mark a conversation as read',
    description: 'Sets `unread_count` to 0. With `receipt` the contact sees that it was read.',
    params: ConversationPath,
    body: ReadBody,
    replies: { 200: Conversation },
    errors: [
      ...READ_ERRORS,
      ...(['invalid_state', 'meta_token_invalid', 'sandbox_key', 'meta_rejected'] as const),
      ...(['meta_rate_limited', 'meta_unavailable', 'meta_unexpected'] as const),
    ],
    idempotency: 'rerun',
    example: { body: { receipt: true }, reply: examples.conversation },
    handle: async ({ caller, params, body }) => ({
      status: 200,
      body: await readConversation(conversations, caller, params.id, body ?? {}),
    }),
  })
}
