// Lists a page at a time. A cursor is where the last page ended, in a form that clients need not understand; rooms
// fetch limit + 1 rows after it, so that nobody counts.

import Type, { type Static, type TProperties, type TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { fail } from '../kit/errors.ts'

export const DEFAULT_PAGE = 25
export const MAX_PAGE = 100

const pageFields = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE, description: 'How many at most.' }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'The `next_cursor` of the page before. Send the same filters with it.',
    }),
  ),
}

/** The query schema of a list, with the room's own filters. `limit` is always filled in. */
export function listQuery<Filters extends TProperties>(filters: Filters) {
  return Type.Object({ ...filters, ...pageFields }, { additionalProperties: false })
}

/** The reply schema of a list. */
export function listReply<Item extends TSchema>(item: Item) {
  return Type.Object({ data: Type.Array(item), next_cursor: Type.Union([Type.String(), Type.Null()]) })
}

/** `rows` are up to `limit + 1` of them: the one too many says that there is a next page, and is not shown. */
export function page<Row, Item = Row>(
  rows: readonly Row[],
  limit: number | undefined,
  cursorOf: (last: Row) => unknown,
  show: (row: Row) => Item = row => row as unknown as Item,
): { data: Item[]; next_cursor: string | null } {
  const count = limit ?? DEFAULT_PAGE
  const shown = rows.slice(0, count)
  const last = shown.at(-1)
  const next_cursor = rows.length > count && last !== undefined ? encodeCursor(cursorOf(last)) : null
  return { data: shown.map(show), next_cursor }
}

export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Where to go on, checked against `schema`; `undefined` for the first page. A made-up cursor is 422. */
export function decodeCursor<S extends TSchema>(
  schema: S,
  cursor: string | undefined,
): Static<S> | undefined {
  if (cursor === undefined) return undefined
  const position = parse(cursor)
  if (Check(schema, position)) return position as Static<S>
  const message = '`cursor` is not one that this list gave out; leave it out to start at the first page.'
  fail('invalid_parameter', { message, param: 'cursor', details: { issues: [{ param: 'cursor', message }] } })
}

/** The usual cursor: the id of the last row shown. */
export const IdCursor = Type.String({ format: 'uuid' })

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
