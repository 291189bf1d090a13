// The calls that read events: onwards from a place, or as they happen.

import { type Static, Type } from 'typebox'
import { DEFAULT_PAGE, decodeCursor, encodeCursor, listQuery } from '../../http/paging.ts'
import { type Call, type Route, route, type Scope } from '../../http/route.ts'
import { documentedEvent } from '../documented.ts'
import type { Events } from '../room.ts'
import { Event } from '../schema.ts'
import { filtersOf, placeOf, readOn } from './read.ts'
import { openStream } from './stream.ts'

const tag = 'Events'
const scope: readonly Scope[] = ['webhooks:read', 'whatsapp:read']
const Cursor = Type.Integer({ minimum: 0 })

const filters = {
  type: Type.Optional(
    Type.String({
      maxLength: 500,
      description: 'Types of events, separated by commas; `message.*` is all of a kind.',
    }),
  ),
  contact: Type.Optional(
    Type.String({ description: 'A contact id, a phone number, or a business-scoped user id.' }),
  ),
  phone_number_id: Type.Optional(Type.String({ description: "Our id of the number, or Meta's." })),
}

const ListQuery = listQuery({
  ...filters,
  from: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'Recorded at or after this time. For the first page; then the cursor leads on.',
    }),
  ),
})

const StreamQuery = Type.Object(
  {
    ...filters,
    cursor: Type.Optional(
      Type.String({
        maxLength: 512,
        description:
          'Where to begin: a `resume_cursor`, or the `id` of an event of a stream. Without it: now.',
      }),
    ),
  },
  { additionalProperties: false },
)

const List = Type.Object({
  data: Type.Array(Event),
  next_cursor: Type.Union([Type.String(), Type.Null()], {
    description: 'There is more to read now. A page may hold fewer than `limit`, or none, and still lead on.',
  }),
  resume_cursor: Type.String({
    description: 'Where to go on, now or later. Keep it, and nothing is missed or read twice.',
  }),
})

/** What is recorded before the call is in the answer, if it is committed within so long. */
const PATIENCE_MS = 200

export function feedRoutes(events: Events): Route[] {
  return [
    route({
      method: 'GET',
      path: '/events',
      scope,
      tag,
      summary: 'List events, oldest first',
      description:
        'For catching up: each event of the last 30 days (`CAROM_EVENT_DAYS`), in the order in which they were recorded, as an endpoint gets them. Read until `next_cursor` is null, keep `resume_cursor`, and come back with it as `cursor`.',
      query: ListQuery,
      replies: { 200: List },
      errors: ['invalid_parameter', 'invalid_phone_number'],
      example: { reply: { data: [documentedEvent], next_cursor: null, resume_cursor: 'MTUy' } },
      handle: call => list(events, call),
    }),
    route({
      method: 'GET',
      path: '/events/stream',
      scope,
      tag,
      summary: 'Follow events as they happen',
      description:
        'Server-sent events. Each has the event as its `data` and its place as its `id`: a client that connects again with `Last-Event-ID` (browsers do it by themselves) gets what came meanwhile. Comments keep the line open; a reader that stays behind for half a minute is cut off, and goes on where it was.',
      query: StreamQuery,
      replies: { 200: Type.String({ contentMediaType: 'text/event-stream' }) },
      errors: ['invalid_parameter', 'invalid_phone_number'],
      handle: async call => {
        const header = call.headers['last-event-id']
        const place = typeof header === 'string' && header !== '' ? header : call.query.cursor
        const found = await filtersOf(events, call.tenant_id, call.query)
        return openStream(events, call.tenant_id, decodeCursor(Cursor, place), found ?? NOBODY)
      },
    }),
  ]
}

/** Nobody's number. */
const NOBODY = { phone_number_id: '00000000-0000-0000-0000-000000000000' }

async function list(events: Events, call: Call<unknown, unknown, Static<typeof ListQuery>>) {
  const { limit = DEFAULT_PAGE, cursor, from, ...wish } = call.query
  const found = await filtersOf(events, call.tenant_id, wish)
  const safe = await events.horizon.readAll(PATIENCE_MS)
  const start = from === undefined ? 0 : await placeOf(events, from)
  const after = decodeCursor(Cursor, cursor) ?? start
  const part = await readOn(events, call.tenant_id, { after, safe }, found ?? NOBODY, limit)
  const place = encodeCursor(part.next)
  return {
    status: 200,
    body: { data: part.events, next_cursor: part.more ? place : null, resume_cursor: place },
  }
}
