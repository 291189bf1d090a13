// How a CSV file is written, told by its beginning: the delimiter, and the header row.

import { parse } from 'csv-parse/sync'
import { addressColumn } from './columns.ts'

export type Dialect = { delimiter: string; header: string[] }

export const PARSING = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
  trim: true,
  bom: true,
}

const DELIMITERS = [',', ';', '\t', '|'] as const

/** Under the right delimiter a column for phone numbers appears, and most columns. */
export function sniff(head: string): Dialect {
  const { declared, rest } = beginning(head)
  const found = (declared === undefined ? DELIMITERS : [declared]).map(delimiter => {
    const header = headerOf(rest, delimiter)
    return { delimiter, header, fits: addressColumn(header) >= 0 }
  })
  found.sort((a, b) => Number(b.fits) - Number(a.fits) || b.header.length - a.header.length)
  const { delimiter, header } = found[0] as (typeof found)[number]
  return { delimiter, header }
}

/** Excel's own line that says which delimiter follows. */
function beginning(head: string): { declared: string | undefined; rest: string } {
  const match = /^\ufeff?\s*"?sep=([^\r\n"])"?[ \t]*(?:\r\n|\n|\r)/i.exec(head)
  return { declared: match?.[1], rest: head.slice(match?.[0].length ?? 0) }
}

function headerOf(text: string, delimiter: string): string[] {
  try {
    const [header = []] = parse(text, {
      ...PARSING,
      delimiter,
      to: 1,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as string[][]
    return header
  } catch {
    return []
  }
}
