// Reads recipients out of a CSV file as spreadsheets write them, row by row in constant memory.

import { createReadStream } from 'node:fs'
import { pipeline, Transform } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { invalid, refuseBody } from '../../refuse.ts'
import type { Given, Source } from '../given.ts'
import { type Columns, columnsOf } from './columns.ts'
import { encodingOf } from './encoding.ts'
import { type Dialect, PARSING, sniff } from './sniff.ts'

/** What is longer than this is no row: a quotation mark was never closed. */
const MAX_ROW = 262_144
const MAX_COLUMNS = 200
const CHUNK_BYTES = 65_536

export type CsvFile = {
  path: string
  /** The beginning of the file. */
  head: Buffer
  charset: string | undefined
}

export async function readCsv(file: CsvFile): Promise<Source> {
  refuseWorkbook(file.head)
  const encoding = await encodingOf(file.path, file.head, file.charset)
  const dialect = sniff(new TextDecoder(encoding).decode(file.head, { stream: true }))
  const columns = requireColumns(dialect.header)
  const names = columns.variables.filter(name => name !== null)
  return { columns: names, rows: rowsOf(file.path, encoding, dialect, columns) }
}

async function* rowsOf(
  path: string,
  encoding: string,
  { delimiter, header }: Dialect,
  columns: Columns,
): AsyncGenerator<Given> {
  const keys = columns.variables.map(name => (name === null ? null : `${JSON.stringify(name)}:`))
  // csv-parse counts lines too, but only together with a report on each row, which doubles its time.
  let next_line = 1
  let in_header = true
  try {
    for await (const record of openParser(path, encoding, delimiter)) {
      const line = next_line
      next_line += 1 + breaksIn(record)
      if (in_header) in_header = !isSame(record, header)
      else if (!record.every(cell => cell === '')) yield given(record, line, columns.address, keys)
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error, next_line) : error
  }
  if (in_header) refuseBody('The first row, which names the columns, is too long to be read.')
}

function openParser(path: string, encoding: string, delimiter: string): AsyncIterable<string[]> {
  const parser = parse({ ...PARSING, delimiter, max_record_size: MAX_ROW })
  const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  // Whoever reads the parser hears of errors there.
  const ended = () => {}
  if (encoding === 'utf-8') pipeline(bytes, parser, ended)
  else pipeline(bytes, decoder(encoding), parser, ended)
  return parser as AsyncIterable<string[]>
}

function decoder(encoding: string): Transform {
  const text = new TextDecoder(encoding)
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, text.decode(chunk, { stream: true })),
    flush: done => done(null, text.decode()),
  })
}

function isSame(record: string[], header: string[]): boolean {
  return record.length === header.length && record.every((cell, at) => cell === header[at])
}

function breaksIn(record: string[]): number {
  let breaks = 0
  for (const cell of record) {
    if (cell.includes('\n') || cell.includes('\r')) breaks += cell.match(/\r\n|\n|\r/g)?.length ?? 0
  }
  return breaks
}

/** Variables as the text of their JSON; an empty cell brings none. */
function given(record: string[], line: number, address: number, keys: (string | null)[]): Given {
  let variables = ''
  for (let at = 0; at < record.length; at++) {
    const key = keys[at]
    const cell = record[at] as string
    if (cell === '' || key === null || key === undefined) continue
    variables += `${variables === '' ? '' : ','}${key}${JSON.stringify(plainCell(cell))}`
  }
  const to = record[address] ?? ''
  return { line, to, variables: variables === '' ? null : `{${variables}}`, components: null }
}

/** The apostrophe that keeps a spreadsheet from computing a cell is no part of it. Exports write it so. */
function plainCell(cell: string): string {
  const text = /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}

function requireColumns(header: string[]): Columns {
  if (header.length > MAX_COLUMNS) {
    refuseBody(`The file has ${header.length} columns, more than the ${MAX_COLUMNS} that are taken.`)
  }
  const columns = columnsOf(header.map(plainCell))
  if (columns) return columns
  if (header.length === 0) refuseBody('The file is empty; its first row must name the columns.')
  if (header.some(cell => /^\+?[\d ().-]{7,20}$/.test(cell))) {
    refuseBody(
      'The first row must name the columns, but holds a phone number; put a row like "phone,first_name" above it.',
    )
  }
  const names = header.slice(0, 20).map(name => JSON.stringify(name.slice(0, 40)))
  return refuseBody(
    `No column is called "phone" or "to"; the first row names ${names.join(', ')}. Call the column with the phone numbers "phone".`,
  )
}

/** Old and new workbooks of Excel, which people take for CSV. */
const WORKBOOKS = ['504b0304', 'd0cf11e0']

function refuseWorkbook(head: Buffer): void {
  if (WORKBOOKS.includes(head.subarray(0, 4).toString('hex')))
    refuseBody('This is a workbook, not CSV; save it as "CSV UTF-8" and send that.')
}

function unreadable(error: CsvError, line: number): Error {
  const open = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
  const what = open ? 'a quotation mark is never closed' : error.message.replace(/\.$/, '')
  const message = `The file cannot be read from line ${line} on: ${what}. Nothing of it was taken.`
  return invalid([{ param: 'body', message }])
}
