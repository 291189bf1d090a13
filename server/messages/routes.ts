// The calls about messages. Those that send are in sendRoutes.ts.

import { Type } from 'typebox'
import { decodeCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { errors, examples } from './documented.ts'
import { listMessages, rawOf, readWindow, requireMessage } from './list/find.ts'
import { markRead } from './markRead.ts'
import { present } from './present.ts'
import type { Messages } from './room.ts'
import { Message, ReadBody, STATUSES, Window } from './schema.ts'
import { sendRoutes } from './sendRoutes.ts'

const Cursor = Type.Object({ at: Type.String({ maxLength: 40 }), id: Type.String({ format: 'uuid' }) })

const ListQuery = listQuery({
  phone_number_id: Type.Optional(Type.String({ description: "Our id of the number, or Meta's." })),
  contact: Type.Optional(
    Type.String({ description: 'A contact id, a phone number, or a business-scoped user id.' }),
  ),
  direction: Type.Optional(Type.String({ enum: ['outbound', 'inbound'] })),
  status: Type.Optional(Type.String({ enum: [...STATUSES] })),
  type: Type.Optional(Type.String({ maxLength: 64 })),
  campaign_id: Type.Optional(Type.String({ format: 'uuid' })),
  client_ref: Type.Optional(Type.String({ maxLength: 128 })),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Stored at or after this time.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Stored before this time.' })),
})

const WindowQuery = Type.Object(
  {
    phone_number_id: Type.String({ minLength: 1, description: "Our id of the number, or Meta's." }),
    contact: Type.String({
      minLength: 1,
      description: 'A contact id, a phone number, or a business-scoped user id.',
    }),
  },
  { additionalProperties: false },
)

const MessageId = Type.Object({ message_id: Type.String({ minLength: 1, maxLength: 300 }) })

const ReadQuery = Type.Object(
  {
    include: Type.Optional(
      Type.String({ enum: ['raw'], description: "`raw`: also Meta's own object, as its webhook had it." }),
    ),
  },
  { additionalProperties: false },
)

export function messageRoutes(messages: Messages): Route[] {
  return [...sendRoutes(messages), ...readingRoutes(messages)]
}

function readingRoutes(messages: Messages): Route[] {
  return [
    route({
      method: 'GET',
      path: '/whatsapp/messages',
      scope: 'whatsapp:read',
      tag: 'Messages',
      summary: 'List messages, newest first',
      query: ListQuery,
      replies: { 200: listReply(Message) },
      errors: ['invalid_parameter', 'invalid_phone_number'],
      handle: async call => {
        const { limit = 25, cursor, ...filters } = call.query
        const after = decodeCursor(Cursor, cursor)
        const rows = await listMessages(messages, call.tenant_id, filters, {
          limit: limit + 1,
          ...(after ? { after } : {}),
        })
        return { status: 200, body: page(rows, limit, row => ({ at: row.cursor_at, id: row.id }), present) }
      },
    }),
    route({
      method: 'GET',
      path: '/whatsapp/messages/:message_id',
      scope: 'whatsapp:read',
      tag: 'Messages',
      summary: 'Read a message',
      description: 'By our id, or by its wamid.',
      params: MessageId,
      query: ReadQuery,
      replies: { 200: Message },
      errors: ['not_found', 'invalid_parameter'],
      example: { reply: examples.message },
      handle: async call => {
        const row = await requireMessage(messages, call.tenant_id, call.params.message_id)
        const raw = call.query.include === 'raw' ? { raw: await rawOf(messages, call.tenant_id, row.id) } : {}
        return { status: 200, body: { ...present(row), ...raw } }
      },
    }),
    route({
      method: 'POST',
      path: '/whatsapp/messages/:message_id/read',
      scope: 'whatsapp:send',
      tag: 'Messages',
      summary: 'Mark an inbound message as read',
      description:
        'Marks the earlier ones of that contact as read too. `typing` shows "typing…" for up to 25 seconds.',
      params: MessageId,
      body: ReadBody,
      replies: { 200: Type.Object({ success: Type.Boolean() }) },
      errors: errors.read,
      example: { body: { typing: true }, reply: { success: true } },
      audited: false,
      idempotency: 'rerun',
      handle: async call => {
        await markRead(messages, call.caller, call.params.message_id, call.body?.typing ?? false)
        return { status: 200, body: { success: true } }
      },
    }),
    route({
      method: 'GET',
      path: '/whatsapp/windows',
      scope: 'whatsapp:read',
      tag: 'Messages',
      summary: 'Is the 24-hour window open?',
      query: WindowQuery,
      replies: { 200: Window },
      errors: ['invalid_parameter', 'invalid_phone_number', 'not_found'],
      handle: async call => ({
        status: 200,
        body: await readWindow(messages, call.tenant_id, call.query.phone_number_id, call.query.contact),
      }),
    }),
  ]
}
