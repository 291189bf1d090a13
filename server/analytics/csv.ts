// Answers as CSV for spreadsheets, where the caller asks for text/csv.

import { type TSchema, Type } from 'typebox'
import type { Reply } from '../http/route.ts'

export type Cell = string | number | null
export type Table = { head: string[]; rows: Cell[][] }

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** JSON, or CSV where `Accept` names it first. */
export function answer(headers: Headers, body: object, table: () => Table): Reply {
  if (!wantsCsv(headers.accept)) return { status: 200, body }
  return { status: 200, body: toCsv(table()), content_type: 'text/csv; charset=utf-8; header=present' }
}

/** The reply schema of a call that answers either. */
export function orCsv<T extends TSchema>(schema: T) {
  return Type.Union(
    [schema, Type.String({ contentMediaType: 'text/csv', description: 'The same as CSV.' })],
    {
      description: 'JSON, or CSV with `Accept: text/csv`.',
    },
  )
}

export function wantsCsv(accept: string | string[] | undefined): boolean {
  const kinds = String(accept ?? '')
    .toLowerCase()
    .split(',')
    .map(kind => kind.split(';', 1)[0]?.trim())
  const csv = kinds.indexOf('text/csv')
  const json = kinds.findIndex(kind => kind === 'application/json' || kind === '*/*')
  return csv >= 0 && (json < 0 || csv < json)
}

export function toCsv({ head, rows }: Table): string {
  return [head, ...rows].map(row => `${row.map(cellOf).join(',')}\r\n`).join('')
}

/** A text that a spreadsheet would take for a formula is marked as text. */
function cellOf(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const safe =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)
      ? `'${text}`
      : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
