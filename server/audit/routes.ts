// The audit log, to be read.

import { Type } from 'typebox'
import { DEFAULT_PAGE, decodeCursor, IdCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { type AuditRow, listAudit } from './queries.ts'
import type { Audit } from './record.ts'

const Entry = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    at: Type.String({ format: 'date-time' }),
    key: Type.Object({
      id: Type.String({ format: 'uuid' }),
      name: Type.Union([Type.String(), Type.Null()], { description: 'Null: the key was removed since.' }),
      prefix: Type.Union([Type.String(), Type.Null()]),
    }),
    action: Type.String({ description: 'Method and path of the call.' }),
    subject: Type.Union([Type.String(), Type.Null()], { description: 'The ids in its path.' }),
    fields: Type.Array(Type.String(), {
      description: 'The names of the fields that were sent; never their values.',
    }),
    status: Type.Integer({ description: 'The HTTP status of the answer.' }),
    request_id: Type.String(),
  },
  { $id: 'AuditEntry' },
)

const Query = listQuery({
  key_id: Type.Optional(Type.String({ format: 'uuid' })),
  action: Type.Optional(Type.String({ maxLength: 100, description: 'A part of it: `templates`, `DELETE`.' })),
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time' })),
})

export function auditRoutes(audit: Audit): Route[] {
  return [
    route({
      method: 'GET',
      path: '/audit',
      scope: 'keys:read',
      tag: 'Operations',
      summary: 'Who changed what',
      description:
        'Every call that changed something, newest first: by which key, and which fields. Sends are messages, and not listed here.',
      query: Query,
      replies: { 200: listReply(Entry) },
      errors: ['invalid_parameter'],
      async handle({ tenant_id, query }) {
        const { limit = DEFAULT_PAGE, cursor, from, to, ...rest } = query
        const filters = {
          ...rest,
          ...(from === undefined ? {} : { from: new Date(from) }),
          ...(to === undefined ? {} : { to: new Date(to) }),
        }
        const after = decodeCursor(IdCursor, cursor)
        const rows = await listAudit(audit.db, tenant_id, filters, { after, rows: limit + 1 })
        return { status: 200, body: page(rows, limit, row => row.id, present) }
      },
    }),
  ]
}

function present({
  id,
  at,
  key_id,
  key_name,
  key_prefix,
  action,
  subject,
  fields,
  status,
  request_id,
}: AuditRow) {
  const key = { id: key_id, name: key_name, prefix: key_prefix }
  return { id, at: at.toISOString(), key, action, subject, fields, status, request_id }
}
