// The routes of what a person may ask for.

import { Type } from 'typebox'
import { ContactPath } from '../contacts/schema.ts'
import type { Transaction } from '../db/pool.ts'
import { decodeCursor, IdCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { askErasure, requireErasure } from './erase.ts'
import { exportContact } from './export.ts'
import { listErasures } from './queries.ts'
import type { People } from './room.ts'
import { Erasure, presentErasure } from './schema.ts'

const tag = 'Contacts'

const example = {
  id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17',
  contact_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d18',
  state: 'running',
  counts: {},
  requested_at: '2026-11-23T06:38:00.000Z',
  finished_at: null,
}

const Exported = Type.Object(
  {
    exported_at: Type.String({ format: 'date-time' }),
    contact: Type.Unknown({ description: 'Addresses, names, consents, windows.' }),
    campaigns: Type.Array(Type.Unknown(), { description: 'In whose lists the person is, and with what.' }),
    conversations: Type.Array(Type.Unknown(), { description: 'With their notes.' }),
    bot_turns: Type.Array(Type.Unknown()),
    messages: Type.Array(Type.Unknown(), {
      description: 'As GET /whatsapp/messages has them, newest first.',
    }),
  },
  { $id: 'ContactExport' },
)

export function peopleRoutes(people: People): Route<Transaction>[] {
  return [exportRoute(people), eraseRoute(people), ...erasureRoutes(people)]
}

function exportRoute(people: People): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/whatsapp/contacts/:contact/export',
    scope: 'whatsapp:read',
    tag,
    summary: 'Read everything that is known of a person',
    description:
      'One JSON document, streamed: who it is, what was said about consent, threads with their notes, lists of campaigns, what bots made of it, every message. Files are read with GET /whatsapp/media/:media_id/content.',
    params: ContactPath,
    replies: { 200: Exported },
    errors: ['not_found', 'invalid_phone_number'],
    handle: async ({ tenant_id, params }) => ({
      status: 200,
      content_type: 'application/json; charset=utf-8',
      body: await exportContact(people, tenant_id, params.contact),
    }),
  })
}

function eraseRoute(people: People): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/contacts/:contact/erase',
    scope: 'whatsapp:write',
    tag,
    summary: 'Forget a person',
    description:
      'For good, in the background: names, addresses, messages and their files, threads and notes, what bots said, the person in lists of campaigns, in events and deliveries, and in the webhooks that are kept as they came. What is counted stays counted. That they want no marketing is kept under a hash, and holds again if somebody writes to them. Who asks twice is answered the erasure that is under way.',
    params: ContactPath,
    replies: { 202: Erasure },
    errors: ['not_found', 'invalid_phone_number'],
    example: { body: {}, reply: example },
    idempotency: 'transaction',
    handle: async ({ db, tenant_id, params }) => ({
      status: 202,
      body: presentErasure(await askErasure(people, db, tenant_id, params.contact)),
    }),
  })
}

function erasureRoutes(people: People): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/whatsapp/erasures',
      scope: 'whatsapp:read',
      tag,
      summary: 'List who was forgotten, newest first',
      description: 'By ids that lead nowhere any more.',
      query: listQuery({}),
      replies: { 200: listReply(Erasure) },
      errors: ['invalid_parameter'],
      async handle({ tenant_id, query }) {
        const { limit = 25, cursor } = query
        const after = decodeCursor(IdCursor, cursor)
        const rows = await listErasures(people.db, tenant_id, { after, rows: limit + 1 })
        return { status: 200, body: page(rows, limit, row => row.id, presentErasure) }
      },
    }),
    route({
      method: 'GET',
      path: '/whatsapp/erasures/:id',
      scope: 'whatsapp:read',
      tag,
      summary: 'See how far an erasure is',
      params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
      replies: { 200: Erasure },
      errors: ['not_found'],
      example: { reply: { ...example, state: 'done', counts: { messages: 12, events: 30 } } },
      handle: async ({ tenant_id, params }) => ({
        status: 200,
        body: presentErasure(await requireErasure(people, tenant_id, params.id)),
      }),
    }),
  ]
}
