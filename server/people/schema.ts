// An erasure as the world sees it: that somebody was forgotten, and not who.

import { type Static, Type } from 'typebox'
import type { ErasureRow } from './queries.ts'

export const Erasure = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    contact_id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
      description: 'Null: no contact had the address.',
    }),
    state: Type.Enum(['running', 'done']),
    counts: Type.Record(Type.String(), Type.Integer(), {
      description: 'How many were deleted, or emptied where their number must stay.',
    }),
    requested_at: Type.String({ format: 'date-time' }),
    finished_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  },
  { $id: 'Erasure' },
)

export function presentErasure(row: ErasureRow): Static<typeof Erasure> {
  const { id, contact_id, state, counts } = row
  return {
    ...{ id, contact_id, state, counts },
    requested_at: row.requested_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }
}
