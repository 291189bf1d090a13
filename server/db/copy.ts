/**
 * Streams rows into a table through COPY: the fastest way in, in constant memory, all rows or none. Values are written
 * in COPY's text format; which type they become is the column's business.
 */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Database, Transaction } from './pool.ts'

const CHUNK_CHARACTERS = 64 * 1024

/** Returns how many rows were copied. With a Database it is a transaction of its own. */
export async function copyInto(options: {
  into: Database | Transaction
  table: string
  columns: string[]
  rows: AsyncIterable<unknown[]> | Iterable<unknown[]>
}): Promise<number> {
  const { into, table, columns, rows } = options
  if (!('client' in into)) return into.transaction(tx => copyInto({ ...options, into: tx }))
  const target = table.split('.').map(pg.escapeIdentifier).join('.')
  const list = columns.map(pg.escapeIdentifier).join(', ')
  return withoutTimeout(into.client, async () => {
    const stream = into.client.query(copyFrom(`copy ${target} (${list}) from stdin`))
    await pipeline(Readable.from(chunks(rows, columns.length)), stream)
    return stream.rowCount ?? 0
  })
}

/** The limit for statements would count the time our own source takes to deliver. */
async function withoutTimeout<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query("select current_setting('statement_timeout') as before")
  await client.query("select set_config('statement_timeout', '0', true)")
  const result = await work()
  await client.query("select set_config('statement_timeout', $1, true)", [rows[0].before])
  return result
}

async function* chunks(rows: AsyncIterable<unknown[]> | Iterable<unknown[]>, width: number) {
  let chunk = ''
  let number = 0
  for await (const row of rows) {
    number++
    if (row.length !== width) {
      throw new Error(`Row ${number} to copy has ${row.length} values for ${width} columns.`)
    }
    chunk += `${row.map(copyText).join('\t')}\n`
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield Buffer.from(chunk)
    chunk = ''
  }
  if (chunk !== '') yield Buffer.from(chunk)
}

/** One value in COPY's text format. Objects are written as JSON, arrays as PostgreSQL arrays. */
export function copyText(value: unknown): string {
  const text = plainText(value)
  return text === null ? '\\N' : text.replace(/[\\\n\r\t\b\f\v]/g, escapeCharacter)
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
}
const escapeCharacter = (character: string) => ESCAPES[character] ?? character

function plainText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  if (Array.isArray(value)) return `{${value.map(arrayElement).join(',')}}`
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

function arrayElement(value: unknown): string {
  if (Array.isArray(value)) return plainText(value) as string
  const text = plainText(value)
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`
}
