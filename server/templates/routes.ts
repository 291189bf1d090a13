// The routes of templates.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { listQuery, listReply } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { changeRoutes } from './changeRoutes.ts'
import { listTemplates, requireTemplateById } from './find.ts'
import type { Templates } from './room.ts'
import { Template } from './schema.ts'
import { syncTemplates } from './sync.ts'

const Filter = Type.Optional(Type.String({ minLength: 1, maxLength: 512 }))

const Query = listQuery({
  waba_id: Filter,
  name: Filter,
  status: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'For example APPROVED.' })),
  category: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'For example MARKETING.' }),
  ),
  language: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Searches names and texts.' })),
})

const Path = Type.Object({ uuid: Type.String({ format: 'uuid' }) })

const SyncBody = Type.Object(
  {
    waba_id: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,32}$', description: 'Without it, all connected accounts.' }),
    ),
  },
  { additionalProperties: false },
)

const Synced = Type.Object({
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  removed: Type.Integer(),
  templates: Type.Integer({ description: 'How many Meta lists.' }),
})

export function templateRoutes(templates: Templates): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/whatsapp/templates',
      scope: 'whatsapp:read',
      tag: 'Templates',
      summary: 'List templates',
      query: Query,
      replies: { 200: listReply(Template) },
      errors: ['invalid_parameter'],
      handle: async call => ({
        status: 200,
        body: await listTemplates(templates, call.tenant_id, call.query),
      }),
    }),
    route({
      method: 'GET',
      path: '/whatsapp/templates/:uuid',
      scope: 'whatsapp:read',
      tag: 'Templates',
      summary: 'Read a template',
      params: Path,
      replies: { 200: Template },
      errors: ['not_found'],
      handle: async call => ({
        status: 200,
        body: await requireTemplateById(templates, call.tenant_id, call.params.uuid),
      }),
    }),
    syncRoute(templates),
    ...changeRoutes(templates),
  ]
}

function syncRoute(templates: Templates): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/templates/sync',
    scope: 'whatsapp:write',
    tag: 'Templates',
    summary: "Bring templates in line with Meta's",
    example: { body: { waba_id: '700100200300400' } },
    body: SyncBody,
    replies: { 200: Synced },
    errors: [
      ...([
        'sandbox_key',
        'not_found',
        'invalid_parameter',
        'invalid_state',
        'meta_rejected',
        'meta_token_invalid',
      ] as const),
      ...(['meta_rate_limited', 'meta_unavailable', 'meta_unexpected'] as const),
    ],
    idempotency: 'rerun',
    handle: async call => ({
      status: 200,
      body: await syncTemplates(templates, call.caller, call.body.waba_id),
    }),
  })
}
