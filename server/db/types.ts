/**
 * How PostgreSQL's types become JavaScript's: int8 a number while it is a safe one (else a string), timestamptz a Date
 * (milliseconds), a date its text, numeric its text. Everything else as pg does it.
 */
import pg from 'pg'

const { builtins } = pg.types
const INT8_ARRAY = 1016
const DATE_ARRAY = 1182

type Parse = (text: string) => unknown

const own = new Map<number, Parse>([
  [builtins.INT8, safeInteger],
  [INT8_ARRAY, text => integerArray(text)],
  [builtins.DATE, text => text],
  [DATE_ARRAY, text => pg.types.getTypeParser(1009 as never)(text)], // as text[]
  // Without a zone it would be read in the machine's own; everything here is UTC.
  [builtins.TIMESTAMP, text => pg.types.getTypeParser(builtins.TIMESTAMPTZ)(`${text}+00`)],
])

export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parse = format === 'binary' ? undefined : own.get(oid)
    return parse ?? pg.types.getTypeParser(oid as never, format as never)
  },
} as pg.CustomTypesConfig

function safeInteger(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

function integerArray(text: string): unknown {
  const strings = pg.types.getTypeParser(1009 as never)(text) as unknown
  return deep(strings)
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep)
  return typeof value === 'string' ? safeInteger(value) : value
}
