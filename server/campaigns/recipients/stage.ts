// From what was given to what is stored: the number is read, its country told, and what cannot be a recipient is counted
// and left out. Nothing is kept of the rows that went by.

import { countryOf } from '../../kit/country.ts'
import type { Address } from '../../kit/phone.ts'
import { streamedBytes } from '../../kit/relief.ts'
import type { Given } from './given.ts'
import { readNumber } from './readNumber.ts'

export type Complaint = { line: number; message: string }

export type Tally = {
  staged: number
  invalid: number
  /** The first of them. */
  errors: Complaint[]
}

/** About what a row leaves behind for the collector, which would let 130 MB of it pile up. */
const ROW_BYTES = 2_048

/** So many are listed with their reasons. */
export const MAX_LISTED = 100

export const STAGED_COLUMNS = ['n', 'line', 'alias_kind', 'alias', 'country', 'variables', 'components']

export function newTally(): Tally {
  return { staged: 0, invalid: 0, errors: [] }
}

/** Rows in the order of STAGED_COLUMNS; `n` counts them from 1. */
export async function* stage(rows: AsyncIterable<Given>, tally: Tally): AsyncGenerator<unknown[]> {
  for await (const { line, to, variables, components } of rows) {
    streamedBytes(ROW_BYTES)
    const address = readNumber(to)
    if (typeof address === 'string') {
      tally.invalid++
      if (tally.errors.length < MAX_LISTED) tally.errors.push({ line, message: `Line ${line} ${address}.` })
      continue
    }
    tally.staged++
    const { kind, value } = address
    yield [tally.staged, line, kind, value, countryOfAddress(address), variables, components]
  }
}

/** A business-scoped user id begins with its country. */
function countryOfAddress({ kind, value }: Address): string | null {
  return kind === 'phone' ? (countryOf(value) ?? null) : value.slice(0, 2)
}
