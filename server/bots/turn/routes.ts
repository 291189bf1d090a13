// What a bot did, and why it did not.

import { Type } from 'typebox'
import { decodeCursor, IdCursor, listQuery, listReply, page } from '../../http/paging.ts'
import { type Route, route } from '../../http/route.ts'
import { BotPath } from '../documented.ts'
import { requireBot } from '../find.ts'
import { listTurns, type TurnRow } from './listQueries.ts'
import { REASONS } from './reasons.ts'
import type { Turns } from './room.ts'
import { BotTurn, STATES } from './schema.ts'

const ListQuery = listQuery({
  state: Type.Optional(Type.String({ enum: [...STATES] })),
  reason: Type.Optional(Type.String({ enum: Object.keys(REASONS), description: 'The code of the reason.' })),
  conversation_id: Type.Optional(Type.String({ format: 'uuid' })),
})

export function turnRoutes(turns: Turns): Route[] {
  return [
    route({
      method: 'GET',
      path: '/bots/:id/turns',
      scope: 'bots:read',
      tag: 'Bots',
      summary: "List a bot's turns, newest first",
      description:
        'A turn is what contacts wrote in one go, and what became of it: the answer with what it took, or the reason why there was none.',
      params: BotPath,
      query: ListQuery,
      replies: { 200: listReply(BotTurn) },
      errors: ['not_found', 'invalid_parameter'],
      async handle({ tenant_id, params, query }) {
        const { limit = 25, cursor, ...filters } = query
        const after = decodeCursor(IdCursor, cursor)
        await requireBot(turns.db, tenant_id, params.id)
        const of = { tenant_id, bot_id: params.id }
        const rows = await listTurns(turns.db, of, filters, { after, rows: limit + 1 })
        return { status: 200, body: page(rows, limit, row => row.id, present) }
      },
    }),
  ]
}

function present(row: TurnRow): BotTurn {
  const { opened_at, closed_at, ...rest } = row
  return { ...rest, opened_at: opened_at.toISOString(), closed_at: closed_at?.toISOString() ?? null }
}
